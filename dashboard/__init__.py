"""The desk for staff and managers: Streamlit pages that know the hotline only over HTTP."""
