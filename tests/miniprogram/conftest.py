from tests.api.wechat.conftest import city_with_templates

__all__ = ["city_with_templates"]
