"""Bytes to text: find how the characters of a text file were written down."""

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from charset_normalizer import from_bytes

from lstm_viz.errors import NotATable, TableError
from lstm_viz.phrases import counted, shown
from lstm_viz.tables.files.read_options import Decision

_CONTROLS = bytes([*range(9), *range(14, 27), *range(28, 32), 127])
_CONTROL_BYTE = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_BAD_LINE = re.compile(rb"[^\r\n]*" + _CONTROL_BYTE.pattern + rb"[^\r\n]*")
_CHUNK = 256 * 1024
_HARMLESS = 2  # control characters that any file may hold
_CHINESE = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
    "十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形"
    "相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展"
    "五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战"
    "先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白"
    "教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且"
    "究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值"
    "号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严首底液官德随"
    "期销售额费营收入支出价格金额订单客户日期时间序号编号姓名城市湿温度雨降风速气压平均最高最低合计总计备注说明来源数据单位万元亿人次"
    "库存产量进口出口用户访问点击注册活跃增长率同比环比季度年份月份星期周末节假早晚上午下午北京上海广州深圳杭州成都武汉重庆天津苏州"
    "店门牌号码电量负荷千瓦功率能耗燃煤气油股票开盘收盘成交涨跌幅换手指数基金汇率利息贷款存余剩欠付预测实际误差销量件均项类型状态地址"
    "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵滇藏陕甘青宁新港澳厦沈阳哈尔滨长春沙郑济昌福合肥昆兰银乌鲁兔齐岛连波绍嘉徐盐扬镇泰"
    "站点监测浓度污染优良轻度中度重度排名占比累计毛净利润成本税率折扣货款币种统计局统计表汇总名称产品"
)
_TRADITIONAL = frozenset(
    "的一是在不了有和人這中大為上個國我以要他時來用們生到作地於出就分對成會可主發年動同工也能下過子說產種面而方後多定行學法所民得經"
    "十三之進著等部度家電力裡如水化高自二理起小物現實加量都兩體制機當使點從業本去把性好應開它合還因由其些然前外天政四日那社義事平形"
    "相全表間樣與關各重新線內數正心反你明看原又麼利比或但質氣第向道命此變條只沒結解問意建月公無系軍很情者最立代想已通並提直題黨程展"
    "五果料象員革位入常文總次品式活設及管特件長求老頭基資邊流路級少圖山統接知較將組見計別手角期根論運農指幾九區強放決西被幹做必戰"
    "先回則任取據處隊南給色光門即保治北造百規熱領七海口東導器壓志世金增爭濟階油思術極交受聯什認六共權收證改清己美再採轉更單風切打白"
    "銷售額費營收入支出價格金額訂單客戶日期時間編號姓名城市濕溫度雨降風速氣壓平均最高最低合計總計備註說明來源數據資料單位萬元億人次"
    "庫存產量進口出口季度年份月份星期臺灣台北高雄香港新竹店電量負荷功率能耗股票開盤收盤成交漲跌幅指數基金匯率利率貸款餘額稅率成本淨利"
)
_JAPANESE = frozenset(
    "日一国人年大十二本中長出三時行見月後前生五間上東四今金九入学高円子外八六下来気小七山話女北午百書先名川千水半男西電校語土木聞食車"
    "何南万毎白天母火右読友左休父雨会同事自社発者地業方新場員立開手力問代明動京目通言理体田主題意不作用度強公持野以思家世多正安院心界"
    "教文元重近考画海売知道集別物使品計死特私始朝運終台広住無真有口少町料工建空急止送切転研足究楽起着店病質待試族銀早映親験英医仕去味"
    "写字答夜音注帰古歌買悪図週室歩風紙黒花春赤青館屋色走秋夏習駅洋旅服夕借曜飲肉貸堂鳥飯勉冬昼茶弟牛魚兄犬妹姉漢"
    "付値額売上数量平均最高最低気温湿度降水合計備考単位都市名称価格円株始終安出来高前比率収入支出費用予測実績在庫人口件電力使用需要供給"
    "種類番号区分期間年度四半期月別総計増減割合税込抜商品顧客注文販売地域県市区町村東京大阪名古屋横浜福岡札幌神戸京都気象庁観測所風速日照"
    "積雪深速風向最瞬受件数客単実績新規感染者沖縄仙台広島京阪横須賀千葉埼玉茨城栃木群馬静岡愛知三重滋賀兵庫奈良岡山徳香川媛福佐長崎熊鹿児宮"
    "時刻曜日祝消費残差引利益純資産指数推移統計調査資料速報確定値備欄項目"
)
_KOREAN = frozenset(
    "가각간감강개거건검것게격결경계고곡곳공과관광교구국군권규그극근금급기길김까나남내년노농능다단달당대덕도독동되된두등디따때라락란람래량러레려력"
    "련로록론료루류률르른를름리린림마만말매면명모목무문물미민바박반발방배번법별병보복본부북분불비사산살상새생서석선설성세센소속손송수순술스습승시"
    "식신실심아안암앙액야약양어언업에여역연열영예오온올와완외요용우운울원월위유율으은을음응의이익인일임입자작잔장재저적전절점정제조족존종주준중증"
    "지직진질집차참창채책처천철청체초총최추축출충취치카코타터토통트파판퍼평포표품풍프피하학한할함합항해했행향험현협형호화확환활황회효후휴날짜값습"
    "평균온도습도강수량판매매출금액가격수량합계총계날짜시간번호이름도시지역서울부산대구인천광주대전울산제주기온풍속전력사용량소비자물가지수환율주가"
    "원천건수종류상품고객주문재고예측실제비율증감전년동월대비누적최저최고비고단위요일휴일입력출력전압"
)
_RUSSIAN = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфёъіїєґ"
_GREEK = "αοιετσνηυρπκμλωςδγχθφβξζψάέήίόύώϊϋΐΰ"
_WESTERN = "ºªäöüßéèêëàâáãåæçñíîïìóôõòøœúûùÿ"
_CENTRAL = "ąćęłńóśźżáčďéěíňřšťúůýžäöüßőűôľĺŕăâîșțşţđ"
_TURKISH = "İçğıöşüâî"
_BALTIC = "ąčęėįšųūžāēģīķļņõäöü"
_SYMBOLS = frozenset("€£¥§°µ²³½¼¾±·«»–—‘’“”„…•™®©º№←→\u00a0\u202f\u00ad×")
_WIDE_SYMBOLS = re.compile(
    r"[\u00a0\u202f\u2010-\u2027\u2212\u3000-\u303f\uff01-\uff20\uff3b-\uff40\uffe0-\uffe6€℃°±×÷·①-⑳㎡㎥㎏→←↑↓※№㈜]"
)
_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u30fc]")
_HALF_KANA = re.compile(r"[\uff61-\uff9f]")
_LONE_KANA = re.compile(r"(?<![\uff61-\uff9f])[\uff61-\uff9f](?![\uff61-\uff9f])")
_UNITS = frozenset("€£°²³µ“”")
_INSIDE = re.compile(r"(?<=[^\W\d_])[§¶£¥¢¤¬±«»•‡†‰¿¡¹²³“”„…™ˆ˜](?=[^\W\d_])")
_DOUBTFUL = re.compile(r"[ìùò](?=\w)|œ(?!u)|[đţ]|(?<=[^aeiou])ý(?=\w)|õ(?!e|$)|È(?=[a-z])|è(?=[aiou])")  # seldom there
_POWER = re.compile(r"(?<![^\W\d_])[cdkm]?[mM][²³]|µ[a-zA-Z]{1,2}(?![a-z])")
_NO_POWER = re.compile(r"(?<![^\W\d_])[cdkm]?mł(?![^\W\d_])|(?<![^\W\d_])ľ[gm]")
_AT_DIGITS = re.compile(r"(?<=\d)[^\W\d_]{1,2}(?![^\W\d_])|(?<![^\W\d_])[^\W\d_]{1,2}(?=\d)")
_SYMBOL_PAIR = re.compile(r"[^\x00-\x7f\w]{2}")
_HARD_BLANK = re.compile(r"(?<=\d)[\u00a0\u202f](?=\d)")
_WORDS = re.compile(r"[^\W\d_]+|[^\x00-\x7f]")
_MARKS = {"utf-8-sig": (codecs.BOM_UTF8,), "utf-32": (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)}
_MARKS |= {"utf-16": (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)}  # behind UTF-32, whose mark begins with the same bytes
_SAMPLE = 64 * 1024
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_HIGH_LINE = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_SURE = 0.25  # of a score up to 1
_LOST = 0.1  # of the letters that may be damaged
_NULS = "it holds NUL bytes, which no text has"


def _without_binary(data: bytes) -> tuple[bytes, tuple[Decision, ...]]:
    """Return the bytes without a binary tail, and with blank lines for the few that hold binary bytes."""
    data = data.removesuffix(b"\x1a")
    found = _count_controls(data)
    if found == 0 or (b"\x00" not in data and found <= _HARMLESS + len(data) // 1000):
        return data, ()
    control = _CONTROL_BYTE.search(data)
    at = control.start() if control else len(data)
    first = max(data.rfind(b"\n", 0, at), data.rfind(b"\r", 0, at)) + 1
    half = data[(first + len(data)) // 2 :]
    why = _NULS if b"\x00" in data else f"{found:,} of its {len(data):,} characters are control characters"
    if _count_controls(half) * 20 > len(half):  # text may follow a block of zeros, but not a tail
        head, lost = data[:first], len(data) - first
        lines = head.count(b"\n") or head.count(b"\r")
        if lines < 3 or (lines < 10 and first < lost):
            raise _no_text(why)
        sentence = f"Read up to row {lines:,} only: the last {counted(lost, 'byte')} are binary, the file is damaged."
        return head, (Decision("damage", lost, sentence, warning=True),)
    bad = len(_BAD_LINE.findall(data))
    if bad * 10 > (data.count(b"\n") or data.count(b"\r")):
        raise _no_text(why)
    hold = "holds" if bad == 1 else "hold"
    sentence = f"Left out {counted(bad, 'row')} that {hold} binary bytes: the file is damaged."
    return _BAD_LINE.sub(b"", data), (Decision("damage", bad, sentence, warning=True),)


def _no_text(reason: str) -> NotATable:
    return NotATable(f"The file is no text table: {reason}. Save it as CSV (UTF-8), Excel .xlsx or Parquet.")


def _chunks(data: bytes) -> Iterator[bytes]:
    return (data[at : at + _CHUNK] for at in range(0, len(data), _CHUNK))


def _count_controls(data: bytes) -> int:
    return sum(len(chunk) - len(chunk.translate(None, _CONTROLS)) for chunk in _chunks(data))


@dataclass(frozen=True)
class _Candidate:
    """An encoding, the letters in words, and the judge of text in it (−1 to 1 for each byte above 127)."""

    codec: str
    letters: str
    judge: Callable[[str], float]
    handicap: float = 0.0


def _score(candidate: _Candidate, sample: bytes, high: int) -> float:
    text = sample.decode(candidate.codec, errors="replace")
    broken = text.count("\ufffd")
    if broken * 20 > high:
        return -1.0
    return (candidate.judge(text) - 2 * broken) / max(1, high) - candidate.handicap


def _wide(codec: str, common: frozenset[str], plain: tuple[int, int], kana: float) -> Callable[[str], float]:
    """Judge two-byte letters: `plain` are the first bytes of everyday ones, `kana` is the worth of a Japanese syllable."""

    def worth(letter: str) -> float:
        if letter in common:
            return 2.0
        if _WIDE_SYMBOLS.match(letter):
            return 1.6
        if _KANA.match(letter):
            return 2 * kana
        if _HALF_KANA.match(letter):
            return 0.2 if kana > 0 else -1.0
        try:
            raw = letter.encode(codec)
        except UnicodeEncodeError:
            return -2.0
        return 0.7 if len(raw) == 2 and plain[0] <= raw[0] <= plain[1] and raw[1] >= trail else -1.0 * len(raw)

    trail = 0xA1 if codec in ("gb18030", "cp949", "euc_jp") else 0x40

    def judge(text: str) -> float:
        cached, total = cache(worth), 0.0
        for letter in text:
            if letter > "\x7f":
                total += cached(letter)
        total -= 1.4 * len(_LONE_KANA.findall(text))
        return total - 0.7 * len(re.findall(r"[A-Za-z][^\x00-\x7f](?![^\x00-\x7f])|[^\x00-\x7f][a-z]", text))

    return judge


def _alphabet(common: str, spoken: int = 15) -> Callable[[str], float]:
    """Judge text of an alphabet of its own (Cyrillic, Greek …): words without Latin letters, capitals first."""
    worth = {letter: (1.0 if place < spoken else 0.5) for place, letter in enumerate(common)}

    def judge(text: str) -> float:
        words = sum(_own_word(word, worth) for word in _WORDS.findall(text) if not word.isascii())
        stray = sum(len(letter) for letter in _AT_DIGITS.findall(text) if not letter.isascii())
        return words - 1.5 * stray + 0.6 * len(_HARD_BLANK.findall(text))

    return judge


def _own_word(word: str, worth: dict[str, float]) -> float:
    high = sum(letter > "\x7f" for letter in word)
    if len(word) == 1:
        if word in _SYMBOLS:
            return 1.0 if word in _UNITS else 0.4
        return 0.5 * worth.get(word.lower(), -1.4)
    if high < len(word):
        return -1.0 * high
    if not (word[1:].islower() or word.isupper() or len(word) == 1 or word[1:].lower() == word[1:]):
        return -0.7 * high
    return sum(worth.get(letter.lower(), -0.7) for letter in word) - (0.1 if word.isupper() else 0.0) * high


def _accents(common: str) -> Callable[[str], float]:
    """Judge text in Latin letters: accents stand alone or in pairs inside words of plain letters."""
    known = frozenset(common)

    def judge(text: str) -> float:
        words = sum(_accented(word, known) for word in _WORDS.findall(text) if not word.isascii())
        words += 1.8 * len(_POWER.findall(text)) - len(_NO_POWER.findall(text))
        stray = sum(not letter.isascii() and letter not in "ºªµ" for letter in _AT_DIGITS.findall(text))
        words -= 1.6 * len(_INSIDE.findall(text)) + 1.5 * (stray + len(_SYMBOL_PAIR.findall(text)))
        return words + 0.4 * len(_HARD_BLANK.findall(text))

    return judge


def _accented(word: str, known: frozenset[str]) -> float:
    high = [letter for letter in word if letter > "\x7f"]
    if word in _SYMBOLS:
        return 1.0 if word in _UNITS else 0.6
    if len(word) == 1:
        return 0.5 if word.lower() in known else -0.8
    run = 4 if all(letter.lower() in known for letter in high) else 3
    if re.search(rf"[^\x00-\x7f]{{{run}}}", word) or not any(letter < "\x80" for letter in word):
        return -1.0 * len(high) if len(word) > 2 else -0.3 * len(high)
    if not (word[1:].lower() == word[1:] or word.isupper()):
        return -0.6 * len(high)
    pairs = len(re.findall(r"[^\x00-\x7f]{2}", word))
    doubtful = len(_DOUBTFUL.findall(word))
    rare = 0.8 * sum(letter == "ý" for letter in high) / 4
    usual = sum(1.0 if letter in known or letter.lower() in known else -0.8 for letter in high)
    return usual - rare - 0.4 * pairs - 0.5 * doubtful


_CANDIDATES = (
    _Candidate("cp1252", "Western European", _accents(_WESTERN)),
    _Candidate("gb18030", "Chinese", _wide("gb18030", _CHINESE, (0xB0, 0xD7), -0.3)),
    _Candidate("cp932", "Japanese", _wide("cp932", _JAPANESE, (0x88, 0x97), 1.0)),
    _Candidate("cp949", "Korean", _wide("cp949", _KOREAN, (0xB0, 0xC8), -0.3)),
    _Candidate("big5", "traditional Chinese", _wide("big5", _TRADITIONAL, (0xA4, 0xC6), -0.3)),
    _Candidate("euc_jp", "Japanese", _wide("euc_jp", _JAPANESE, (0xB0, 0xCF), 1.0), 0.02),
    _Candidate("cp1251", "Cyrillic", _alphabet(_RUSSIAN)),
    _Candidate("koi8_r", "Cyrillic", _alphabet(_RUSSIAN), 0.02),
    _Candidate("cp866", "Cyrillic", _alphabet(_RUSSIAN), 0.05),
    _Candidate("cp1250", "Central European", _accents(_CENTRAL), 0.01),
    _Candidate("iso8859_2", "Central European", _accents(_CENTRAL), 0.03),
    _Candidate("cp1254", "Turkish", _accents(_TURKISH + "é"), 0.01),
    _Candidate("cp1253", "Greek", _alphabet(_GREEK), 0.01),
    _Candidate("cp1257", "Baltic", _accents(_BALTIC), 0.04),
    _Candidate("cp850", "Western European (DOS)", _accents(_WESTERN), 0.1),
    _Candidate("mac_roman", "Western European (Macintosh)", _accents(_WESTERN), 0.12),
)


@dataclass(frozen=True)
class _Decoded:
    text: str
    encoding: str
    decisions: tuple[Decision, ...] = ()


def decode(data: bytes, wanted: str | None = None) -> _Decoded:
    """Return the text of a file; a NotATable where it is none, a TableError where the wanted encoding does not fit.

    A person's request decides; then a byte order mark; then UTF-16 by its zero bytes; then UTF-8 if it is valid, or nearly;
    else the encoding whose letters read best.
    """
    if wanted is not None:
        return _as_wanted(data, wanted)
    for encoding, marks in _MARKS.items():
        if data.startswith(marks):
            return _unicode(data, encoding, f"Read as {encoding.upper()}: the file starts with its byte order mark.")
    wide = _wide_order(data[:_SAMPLE])
    if wide is not None:
        return _unicode(data, wide, f"Read as {wide.upper()}: every second byte is zero, as in that encoding.")
    data, repairs = _without_binary(data)
    if b"\x1b$" in data[:_SAMPLE] and data.isascii():
        sentence = "Read as ISO2022_JP: the letters are switched by escape codes, as in that encoding."
        found = _replaced(data, "iso2022_jp", sentence)
    elif _is_utf8(data):
        quiet = Decision("encoding", "utf-8", "Read as UTF-8: every byte fits.", quiet=True)
        found = _Decoded(data.decode("utf-8", errors="replace").removeprefix("\ufeff"), "utf-8", (quiet,))
    else:
        runs = _HIGH_RUN.findall(b"\n".join(_high_lines(data)))
        good = sum(_is_utf8(run) and len(run) > 1 for run in runs)
        nearly = "Read as UTF-8: nearly all letters fit."
        found = _replaced(data, "utf-8", nearly) if good > 2 * (len(runs) - good) else _eight_bit(data)
    return replace(found, decisions=(*repairs, *found.decisions))


def _is_utf8(data: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return False
    return True


def _wide_order(sample: bytes) -> str | None:
    """Text in UTF-16 has the zero bytes of its digits and delimiters on one side of every pair."""
    if sample.count(0) * 5 < len(sample) or len(sample) < 4:
        return None
    half = max(1, len(sample) // 2)
    first, second = sample[0::2].count(0) / half, sample[1::2].count(0) / half
    if sample.count(0) * 10 > 6 * len(sample) and len(set(sample)) > 3:
        return "utf-32-be" if sample[0] == 0 else "utf-32-le"
    if second > 0.3 and first < 0.05:
        return "utf-16-le"
    return "utf-16-be" if first > 0.3 and second < 0.05 else None


def _unicode(data: bytes, encoding: str, sentence: str) -> _Decoded:
    """Read UTF-16 or UTF-8 with a mark; refuse what only starts like it."""
    found = _replaced(data, encoding, sentence)
    text, sample = found.text, found.text[:_SAMPLE]
    broken = text.count("\ufffd")
    if broken > 2 + len(text) // 10:
        at = text.index("\ufffd") + 1
        raise _no_text(f"it starts like {encoding.upper()} but character {at:,} does not fit")
    if "\x00" in sample:
        raise _no_text(_NULS)
    controls = len(_CONTROL.findall(sample))
    if controls > 2 + len(sample) // 100:
        raise _no_text(f"{controls:,} of its first {len(sample):,} characters are control characters")
    quiet = encoding == "utf-8-sig" and not broken
    decisions = tuple(replace(decision, quiet=quiet) for decision in found.decisions)
    return _Decoded(text.replace("\x00", ""), encoding, decisions)


def _as_wanted(data: bytes, wanted: str) -> _Decoded:
    wide = wanted.lower().replace("_", "-").startswith(("utf-16", "utf-32", "utf16", "utf32"))
    data, repairs = (data, ()) if wide else _without_binary(data)
    misfit = f"`encoding` (={shown(wanted)}) does not fit: "
    try:
        text = data.decode(wanted, errors="replace")
    except (UnicodeError, LookupError) as error:
        raise TableError(f"{misfit}{shown(str(error))}. Leave it out to let the file decide.") from None
    broken = text.count("\ufffd")
    lost = broken > 1 + _LOST * sum(letter > "\x7f" for letter in text[: 4 * _SAMPLE]) or "\x00" in text
    if lost or (b"\n" in data and not re.search(r"[\r\n]", text)):
        reason = f"{counted(broken, 'character')} cannot be read in it" if broken else "there are no lines in it"
        raise TableError(f"{misfit}{reason}. Leave it out to let the file decide, or pick another one.")
    chosen = Decision("encoding", wanted, f"Read as {wanted.upper()}, as you chose.", chosen=True)
    return _Decoded(text.removeprefix("\ufeff"), wanted, (*repairs, chosen, *_damage(broken)))


def _eight_bit(data: bytes) -> _Decoded:
    """Take the encoding whose letters read best; where none does, what charset-normalizer finds."""
    sample = b"\n".join(_high_lines(data))
    high = sum(byte > 127 for byte in sample)
    scores = {candidate: _score(candidate, sample, high) for candidate in _CANDIDATES}
    best = max(_CANDIDATES, key=lambda candidate: scores[candidate])
    if scores[best] >= _SURE:
        reason = f"the bytes are no UTF-8, and the letters read best as {best.letters} text"
        return _replaced(data, best.codec, f"Read as {best.codec.upper()}: {reason}.")
    guess = from_bytes(sample).best()
    codec = guess.encoding if guess is not None and not guess.encoding.startswith("utf") else "cp1252"
    sentence = f"Read as {codec.upper()}: the bytes are no UTF-8, and nothing else fits better; letters may be wrong."
    return _replaced(data, codec, sentence, doubtful=True)


def _high_lines(data: bytes) -> list[bytes]:
    """Return lines that hold other letters than plain ones: from the head, the middle and the tail."""
    lines: list[bytes] = []
    size = 0
    for chunk in _chunks(data):
        for line in [] if chunk.isascii() else _HIGH_LINE.findall(chunk):
            lines.append(line[:4000])
            size += len(lines[-1])
            if size > _SAMPLE:
                return lines
    return lines


def _replaced(data: bytes, codec: str, sentence: str, doubtful: bool = False) -> _Decoded:
    """Decode; Windows-1252 leaves five bytes without a meaning: Latin-1 reads those. What does not fit is counted."""
    text = data.decode(codec, errors="replace")
    broken = text.count("\ufffd") - text.endswith("\ufffd")
    if broken and codec == "cp1252":
        text, codec, broken, sentence = data.decode("latin-1"), "latin-1", 0, sentence.replace("CP1252", "LATIN-1")
    decision = Decision("encoding", codec, sentence, warning=doubtful)
    return _Decoded(text.removeprefix("\ufeff"), codec, (decision, *_damage(broken)))


def _damage(broken: int) -> tuple[Decision, ...]:
    if broken <= 0:
        return ()
    sentence = f"{counted(broken, 'character')} cannot be read and stand as “\ufffd”: the file is damaged."
    return (Decision("damage", broken, sentence, warning=True),)
