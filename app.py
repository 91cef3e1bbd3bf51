"""The desk as a web application: ``streamlit run app.py``.

The pages are in ``dashboard/``; the extra routes keep a sign-in across reloads and
lead through the identity provider.
"""

from __future__ import annotations

import streamlit as st

from dashboard.keeping import ROUTES
from dashboard.provider_sign_in import ROUTES as PROVIDER_ROUTES

app = st.App("dashboard/desk.py", routes=(*ROUTES, *PROVIDER_ROUTES))
