"""Seats in the sessions of group services."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0014_renewal_of_channels"),
    ]

    operations = [
        migrations.AlterField(
            model_name="appointmenthistory",
            name="action",
            field=models.CharField(
                choices=[
                    ("booked", "Booked"),
                    ("moved", "Moved"),
                    ("cancelled", "Cancelled"),
                    ("restored", "Restored"),
                    ("joined", "Joined"),
                    ("left", "Left"),
                    ("reassigned", "Given to somebody else"),
                    ("started", "Started"),
                    ("finished", "Finished"),
                    ("no_show", "Nobody came"),
                    ("taken_back", "Taken back"),
                    ("noted", "Notes changed"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="Attendee",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("flow", models.UUIDField(blank=True, null=True, unique=True)),
                ("client_time_zone", models.CharField(max_length=64)),
                ("notes", models.TextField(blank=True)),
                ("seat", models.PositiveSmallIntegerField()),
                ("seats", models.PositiveSmallIntegerField()),
                ("joined_at", models.DateTimeField()),
                ("left_at", models.DateTimeField(blank=True, null=True)),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="attendees", to="store.appointment"
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attendances", to="store.client"
                    ),
                ),
            ],
            options={
                "ordering": ["joined_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("left_at__isnull", True)),
                        fields=("appointment", "seat"),
                        name="one_client_per_seat",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("left_at__isnull", True)),
                        fields=("appointment", "client"),
                        name="one_seat_per_client",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("seat__gte", 1), ("seat__lte", models.F("seats"))),
                        name="seat_is_one_of_the_seats",
                    ),
                ],
            },
        ),
    ]
