"""How well coordination is found: campaigns and organic bursts planted into a simulated stream, and what was said of them."""
