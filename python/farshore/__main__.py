"""`python -m farshore`: what this machine has for farshore, transfers measured."""

from farshore._config import show_config

if __name__ == "__main__":
    show_config(bandwidth=True)
