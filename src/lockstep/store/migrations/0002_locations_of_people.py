"""Whose locations a person looks after."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0001_first"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="locations",
            field=models.ManyToManyField(blank=True, related_name="users", to="store.location"),
        ),
    ]
