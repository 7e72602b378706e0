"""What staff say of an appointment on its day, and finding clients by name."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0005_generation_of_a_brake"),
    ]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="progress",
            field=models.CharField(
                blank=True,
                choices=[("started", "STARTED"), ("finished", "FINISHED"), ("no_show", "NO_SHOW")],
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="appointment",
            name="staff_notes",
            field=models.TextField(blank=True),
        ),
        migrations.AlterField(
            model_name="appointmenthistory",
            name="action",
            field=models.CharField(
                choices=[
                    ("booked", "Booked"),
                    ("moved", "Moved"),
                    ("cancelled", "Cancelled"),
                    ("restored", "Restored"),
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
        migrations.AddIndex(
            model_name="client",
            index=models.Index(fields=["organisation", "name"], name="store_clien_organis_a3a740_idx"),
        ),
    ]
