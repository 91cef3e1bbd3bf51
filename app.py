"""The desk as a web application: ``streamlit run app.py``.

The pages are in ``dashboard/``; the two extra routes keep a sign-in across reloads.
"""

from __future__ import annotations

import streamlit as st

from dashboard.keeping import ROUTES

app = st.App("dashboard/desk.py", routes=ROUTES)
