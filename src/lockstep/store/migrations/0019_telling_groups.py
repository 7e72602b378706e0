"""What the clients of a group have been told, and their answers."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0018_alerts"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="answer",
            name="one_answer_to_each_question",
        ),
        migrations.AddField(
            model_name="answer",
            name="attendee",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="answers",
                to="store.attendee",
            ),
        ),
        migrations.AddField(
            model_name="attendee",
            name="remind_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="attendee",
            name="tell_due_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="attendee",
            name="told_ends_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="attendee",
            name="told_starts_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="attendee",
            name="told_status",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name="attendee",
            name="told_video_url",
            field=models.URLField(blank=True),
        ),
        migrations.AddIndex(
            model_name="attendee",
            index=models.Index(
                condition=models.Q(("tell_due_at__isnull", False)), fields=["tell_due_at"], name="seat_to_tell"
            ),
        ),
        migrations.AddIndex(
            model_name="attendee",
            index=models.Index(
                condition=models.Q(("remind_at__isnull", False)), fields=["remind_at"], name="seat_to_remind"
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("question__isnull", False)),
                fields=("appointment", "attendee", "question"),
                name="one_answer_to_each_question",
                nulls_distinct=False,
            ),
        ),
    ]
