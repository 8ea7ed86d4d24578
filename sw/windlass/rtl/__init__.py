from .session import run_on_rtl as run_on_rtl
