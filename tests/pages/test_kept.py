"""Addresses and runs that somebody kept show the numbers that they showed."""

import json
import shutil

import pytest

from tests.kept.numbers import ADDRESSES, KEPT, RUNS, missing, numbers_of, open_kept

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("address", ADDRESSES)
def test_kept_address_shows_its_numbers(address, data_directory):
    shutil.copytree(RUNS, data_directory, dirs_exist_ok=True)
    kept, shown = json.loads(KEPT.read_text())[address], numbers_of(open_kept(address))
    assert {name: lost for name, part in kept.items() if (lost := missing(part, shown[name]))} == {}
