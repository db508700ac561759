"""The shell: what talks to networks, people and clocks."""
