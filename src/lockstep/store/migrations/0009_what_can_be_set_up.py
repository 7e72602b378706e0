"""Opening hours, closures, date hours, categories, questions, seats, and what can be switched off or put away."""

import datetime
import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0008_questions_to_send"),
    ]

    operations = [
        migrations.CreateModel(
            name="Category",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=100)),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ["position", "name"],
            },
        ),
        migrations.CreateModel(
            name="Closure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
            ],
            options={
                "ordering": ["first_day", "name"],
            },
        ),
        migrations.CreateModel(
            name="DateHours",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("start", models.TimeField(blank=True, null=True)),
                ("end", models.TimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["day", "start"],
            },
        ),
        migrations.CreateModel(
            name="OpeningHours",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("weekday", models.PositiveSmallIntegerField()),
                ("start", models.TimeField()),
                ("end", models.TimeField()),
            ],
            options={
                "ordering": ["weekday", "start"],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("words", models.CharField(max_length=300)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("text", "Short text"),
                            ("long_text", "Long text"),
                            ("choice", "One of several"),
                            ("choices", "Any of several"),
                            ("yes_no", "Yes or no"),
                            ("date", "Date"),
                            ("number", "Number"),
                            ("email", "E-mail address"),
                            ("phone", "Phone number"),
                        ],
                        default="text",
                        max_length=20,
                    ),
                ),
                (
                    "options",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200), blank=True, default=list, size=None
                    ),
                ),
                ("required", models.BooleanField(default=False)),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ["position", "pk"],
            },
        ),
        migrations.AddField(
            model_name="location",
            name="active",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="location",
            name="archived_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="location",
            name="external_id",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="service",
            name="active",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="service",
            name="archived_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="service",
            name="external_id",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="service",
            name="invite_only",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="service",
            name="seats",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="staffmember",
            name="archived_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="staffmember",
            name="daily_limit",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="staffmember",
            name="external_id",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="staffmember",
            name="hours_due_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="location",
            constraint=models.UniqueConstraint(
                condition=models.Q(("external_id", ""), _negated=True),
                fields=("organisation", "external_id"),
                name="one_location_per_external_id",
            ),
        ),
        migrations.AddConstraint(
            model_name="staffmember",
            constraint=models.UniqueConstraint(
                condition=models.Q(("external_id", ""), _negated=True),
                fields=("organisation", "external_id"),
                name="one_staff_member_per_external_id",
            ),
        ),
        migrations.AddField(
            model_name="category",
            name="organisation",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.organisation"),
        ),
        migrations.AddField(
            model_name="service",
            name="category",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="services",
                to="store.category",
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(condition=models.Q(("seats__gte", 1)), name="service_has_a_seat"),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.UniqueConstraint(
                condition=models.Q(("external_id", ""), _negated=True),
                fields=("organisation", "external_id"),
                name="one_service_per_external_id",
            ),
        ),
        migrations.AddField(
            model_name="closure",
            name="location",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="closures",
                to="store.location",
            ),
        ),
        migrations.AddField(
            model_name="closure",
            name="organisation",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.organisation"),
        ),
        migrations.AddField(
            model_name="datehours",
            name="location",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.location"),
        ),
        migrations.AddField(
            model_name="datehours",
            name="staff",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="date_hours", to="store.staffmember"
            ),
        ),
        migrations.AddField(
            model_name="openinghours",
            name="location",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="opening_hours", to="store.location"
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="questions", to="store.service"
            ),
        ),
        migrations.AddConstraint(
            model_name="category",
            constraint=models.UniqueConstraint(
                models.F("organisation"), django.db.models.functions.text.Lower("name"), name="one_category_per_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="closure",
            constraint=models.CheckConstraint(
                condition=models.Q(("last_day__gte", models.F("first_day"))), name="closure_ends_after_it_begins"
            ),
        ),
        migrations.AddIndex(
            model_name="datehours",
            index=models.Index(fields=["staff", "day"], name="store_dateh_staff_i_2919f7_idx"),
        ),
        migrations.AddConstraint(
            model_name="datehours",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("end__isnull", True), ("start__isnull", True)),
                    models.Q(
                        ("end__isnull", False),
                        ("start__isnull", False),
                        models.Q(("end__gt", models.F("start")), ("end", datetime.time(0, 0)), _connector="OR"),
                    ),
                    _connector="OR",
                ),
                name="date_hours_have_a_length",
            ),
        ),
        migrations.AddConstraint(
            model_name="openinghours",
            constraint=models.CheckConstraint(
                condition=models.Q(("weekday__lte", 6)), name="opening_weekday_is_a_weekday"
            ),
        ),
        migrations.AddConstraint(
            model_name="openinghours",
            constraint=models.CheckConstraint(
                condition=models.Q(("end__gt", models.F("start")), ("end", datetime.time(0, 0)), _connector="OR"),
                name="opening_hours_have_a_length",
            ),
        ),
    ]
