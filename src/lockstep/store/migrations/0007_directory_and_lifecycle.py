"""What the directory says of people, and connections that wait or are being left."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0006_the_appointments_day"),
    ]

    operations = [
        TrigramExtension(),
        migrations.AddField(
            model_name="connection",
            name="attempts",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="connection",
            name="disconnected_by",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="connection",
            name="keep_events",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="connection",
            name="lease",
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="connection",
            name="leased_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="connection",
            name="leavers_held",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="connection",
            name="manual_users",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="connection",
            name="next_due",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="connection",
            name="problem",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="connection",
            name="total_to_remove",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="connection",
            name="unlinked",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.EmailField(max_length=254), blank=True, default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="staffmember",
            name="google_email",
            field=models.EmailField(blank=True, max_length=254),
        ),
        migrations.AddField(
            model_name="staffmember",
            name="missing_because",
            field=models.CharField(
                blank=True,
                choices=[
                    ("suspended", "suspended"),
                    ("archived", "archived"),
                    ("deleted", "deleted"),
                    ("not_a_member", "not_a_member"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="staffmember",
            name="missing_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="staffmember",
            name="sync_enabled",
            field=models.BooleanField(default=True),
        ),
        migrations.AlterField(
            model_name="connection",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "Waiting for Google"),
                    ("pending", "Connected, not saved yet"),
                    ("live", "Live"),
                    ("paused", "Paused"),
                    ("disconnecting", "Disconnecting"),
                ],
                default="pending",
                max_length=20,
            ),
        ),
        migrations.RunSQL(
            "UPDATE store_staffmember SET google_email = lower(email) "
            "WHERE id IN (SELECT staff_id FROM store_calendarlink) AND google_user_id <> ''",
            migrations.RunSQL.noop,
        ),
        migrations.AddIndex(
            model_name="staffmember",
            index=models.Index(
                condition=models.Q(("google_email", ""), _negated=True),
                fields=["organisation", "name", "id"],
                name="people_of_the_directory",
            ),
        ),
        migrations.AddIndex(
            model_name="staffmember",
            index=models.Index(
                condition=models.Q(
                    models.Q(("google_email", ""), _negated=True),
                    models.Q(
                        ("google_email", ""),
                        ("google_email", django.db.models.functions.text.Lower("email")),
                        _connector="OR",
                        _negated=True,
                    ),
                ),
                fields=["organisation"],
                name="people_mismatched",
            ),
        ),
        migrations.AddIndex(
            model_name="staffmember",
            index=models.Index(
                condition=models.Q(("missing_since__isnull", False)), fields=["organisation"], name="people_missing"
            ),
        ),
        migrations.AddIndex(
            model_name="staffmember",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("name"), name="gin_trgm_ops"
                ),
                name="people_by_part_of_name",
            ),
        ),
        migrations.AddIndex(
            model_name="staffmember",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("email"), name="gin_trgm_ops"
                ),
                name="people_by_part_of_email",
            ),
        ),
    ]
