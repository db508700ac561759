"""The one configuration file: read with line numbers, checked as a whole, a remedy for each mistake."""

from agents.config.load import demo_config, load_brands, load_config, parse_config
from agents.config.problems import ConfigError, Problem
from agents.config.secrets import Secret, SecretError, new_secret, secret_of

__all__ = [
    "ConfigError",
    "Problem",
    "Secret",
    "SecretError",
    "demo_config",
    "load_brands",
    "load_config",
    "new_secret",
    "parse_config",
    "secret_of",
]
