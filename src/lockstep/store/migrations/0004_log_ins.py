"""What a log-in is named by in addresses, and since when its invitation is due."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0003_what_admins_decide"),
    ]

    operations = [
        migrations.AddField("user", "uuid", models.UUIDField(null=True, editable=False)),
        migrations.RunSQL("UPDATE store_user SET uuid = gen_random_uuid()", migrations.RunSQL.noop),
        migrations.AlterField("user", "uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
        migrations.AddField("user", "invitation_due_at", models.DateTimeField(blank=True, null=True)),
    ]
