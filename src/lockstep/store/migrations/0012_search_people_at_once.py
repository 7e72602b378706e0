"""Searches find what was just written: no list of index entries that wait."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0011_absences"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="staffmember",
            name="people_by_part_of_name",
        ),
        migrations.RemoveIndex(
            model_name="staffmember",
            name="people_by_part_of_email",
        ),
        migrations.AddIndex(
            model_name="staffmember",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("name"), name="gin_trgm_ops"
                ),
                fastupdate=False,
                name="people_by_part_of_name",
            ),
        ),
        migrations.AddIndex(
            model_name="staffmember",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("email"), name="gin_trgm_ops"
                ),
                fastupdate=False,
                name="people_by_part_of_email",
            ),
        ),
    ]
