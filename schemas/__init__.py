"""The wire: everything that crosses a process boundary, and nothing else."""
