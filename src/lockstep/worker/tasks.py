"""The jobs: each looks at one row and calls one operation."""
