"""Finding initiatives by words in Korean and English: tokens, queries, synonyms, the index."""
