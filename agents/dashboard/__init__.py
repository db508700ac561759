"""What a person sees: a live page fed from the public topics, like any other consumer's."""
