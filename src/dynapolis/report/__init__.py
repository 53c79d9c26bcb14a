"""Pages in Korean and English, made from the same claims."""
