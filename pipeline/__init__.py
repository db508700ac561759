"""The pure core: values and time in, values out. It knows no clock, socket, logger or framework (`pipeline.runtime` does)."""
