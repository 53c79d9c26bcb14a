"""All reads: one function per question. The API and the pages ask the same ones."""
