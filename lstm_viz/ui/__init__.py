"""Everything that touches Streamlit outside `pages/`."""
