"""What products are seen with, told from other data of them."""
