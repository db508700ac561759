"""What an operator asks of a running process: is it alive, is it ready, how is it doing."""
