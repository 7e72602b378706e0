"""The language in which a client booked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0022_leftovers"),
    ]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="client_language",
            field=models.CharField(blank=True, max_length=10),
        ),
        migrations.AddField(
            model_name="attendee",
            name="client_language",
            field=models.CharField(blank=True, max_length=10),
        ),
    ]
