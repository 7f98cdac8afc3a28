"""A siamese network on features of pictures."""
