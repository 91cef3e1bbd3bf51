"""The two WeChat fronts: the mini-program and the official account, on the one back end."""
