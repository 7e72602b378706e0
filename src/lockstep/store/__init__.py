"""THE DATABASE: models, rows to core values and back, queries, locks, migrations. One Django app.

May import `scheduling`, `sync`, `calendar` and Django. Only store, operations and the Django admin touch models.
"""
