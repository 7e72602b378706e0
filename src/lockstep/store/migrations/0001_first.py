"""The first tables: the exclusion constraint and everything that hangs on it."""

import datetime
import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
from django.apps.registry import Apps
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.core.management import call_command
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def create_cache_table(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Rate limits count in the database, so that they hold over all web processes."""
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        BtreeGistExtension(),
        migrations.RunPython(create_cache_table, migrations.RunPython.noop),
        migrations.CreateModel(
            name="Appointment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("flow", models.UUIDField(blank=True, null=True, unique=True)),
                (
                    "meeting_method",
                    models.CharField(
                        choices=[
                            ("at_location", "In person"),
                            ("phone", "By phone"),
                            ("video", "By video"),
                            ("off_site", "At your place"),
                        ],
                        max_length=20,
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("client_time_zone", models.CharField(max_length=64)),
                (
                    "status",
                    models.CharField(
                        choices=[("booked", "Booked"), ("cancelled", "Cancelled")], default="booked", max_length=20
                    ),
                ),
                ("notes", models.TextField(blank=True)),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("tell_due_at", models.DateTimeField(blank=True, null=True)),
                ("told_status", models.CharField(blank=True, max_length=20)),
                ("told_starts_at", models.DateTimeField(blank=True, null=True)),
                ("told_ends_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="CaughtMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("to", models.EmailField(max_length=254)),
                ("subject", models.CharField(max_length=300)),
                ("text", models.TextField()),
                ("html", models.TextField(blank=True)),
                ("calendar", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Client",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("email", models.EmailField(max_length=254)),
                ("phone", models.CharField(blank=True, max_length=40)),
                ("client_id", models.CharField(blank=True, max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Installation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("singleton", models.BooleanField(default=True, editable=False, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="Location",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("virtual", models.BooleanField(default=False)),
                ("address", models.CharField(blank=True, max_length=300)),
                ("time_zone", models.CharField(max_length=64)),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ["position", "name"],
            },
        ),
        migrations.CreateModel(
            name="AppointmentHistory",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "actor",
                    models.CharField(
                        choices=[("client", "Client"), ("staff", "Staff"), ("google", "System, from Google Calendar")],
                        max_length=20,
                    ),
                ),
                ("actor_name", models.CharField(blank=True, max_length=200)),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("booked", "Booked"),
                            ("moved", "Moved"),
                            ("cancelled", "Cancelled"),
                            ("restored", "Restored"),
                        ],
                        max_length=20,
                    ),
                ),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="history", to="store.appointment"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.AddField(
            model_name="appointment",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="appointments", to="store.client"
            ),
        ),
        migrations.AddField(
            model_name="appointment",
            name="location",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="store.location"),
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("slug", models.SlugField(unique=True)),
                ("gsuite_enabled", models.BooleanField(default=False)),
                ("google_customer_id", models.CharField(blank=True, max_length=64)),
                ("hold_minutes", models.PositiveSmallIntegerField(default=10)),
                ("grace_seconds", models.PositiveIntegerField(default=120)),
                ("tentative_blocks", models.BooleanField(default=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("google_customer_id", ""), _negated=True),
                        fields=("google_customer_id",),
                        name="one_organisation_per_google_customer",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="location",
            name="organisation",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.organisation"),
        ),
        migrations.CreateModel(
            name="Connection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("pending", "Connected, not saved yet"), ("live", "Live"), ("paused", "Paused")],
                        default="pending",
                        max_length=20,
                    ),
                ),
                ("directory_user", models.EmailField(max_length=254)),
                ("directory_group", models.EmailField(blank=True, max_length=254)),
                ("customer_id", models.CharField(max_length=64)),
                ("include_client_id", models.BooleanField(default=False)),
                ("include_notes", models.BooleanField(default=True)),
                (
                    "visibility",
                    models.CharField(
                        choices=[
                            ("default", "default"),
                            ("public", "public"),
                            ("private", "private"),
                            ("confidential", "confidential"),
                        ],
                        default="public",
                        max_length=20,
                    ),
                ),
                ("connected_at", models.DateTimeField()),
                ("people_imported_at", models.DateTimeField(blank=True, null=True)),
                ("import_error", models.TextField(blank=True)),
                ("access_error", models.TextField(blank=True)),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="connection", to="store.organisation"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="client",
            name="organisation",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.organisation"),
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=200)),
                ("action", models.CharField(max_length=100)),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                (
                    "organisation",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.organisation"),
                ),
            ],
        ),
        migrations.AddField(
            model_name="appointment",
            name="organisation",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.organisation"),
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("email", models.EmailField(max_length=254)),
                ("name", models.CharField(max_length=200)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("admin", "ADMIN"),
                            ("manager", "MANAGER"),
                            ("staff_advanced", "STAFF_ADVANCED"),
                            ("staff_plus", "STAFF_PLUS"),
                            ("staff", "STAFF"),
                            ("contact_centre", "CONTACT_CENTRE"),
                        ],
                        default="staff",
                        max_length=20,
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
                ("is_operator", models.BooleanField(default=False)),
                ("date_joined", models.DateTimeField(auto_now_add=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to="store.organisation"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Service",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("description", models.CharField(blank=True, max_length=400)),
                ("duration", models.DurationField()),
                ("buffer_before", models.DurationField()),
                ("buffer_after", models.DurationField()),
                ("lead_time", models.DurationField()),
                ("furthest", models.DurationField()),
                ("increment", models.DurationField()),
                ("daily_limit", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "meeting_methods",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("at_location", "In person"),
                                ("phone", "By phone"),
                                ("video", "By video"),
                                ("off_site", "At your place"),
                            ],
                            max_length=20,
                        ),
                        size=None,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "organisation",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.organisation"),
                ),
            ],
            options={
                "ordering": ["position", "name"],
            },
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("flow", models.UUIDField(unique=True)),
                ("address_digest", models.CharField(max_length=64)),
                (
                    "meeting_method",
                    models.CharField(
                        choices=[
                            ("at_location", "In person"),
                            ("phone", "By phone"),
                            ("video", "By video"),
                            ("off_site", "At your place"),
                        ],
                        max_length=20,
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("anyone", models.BooleanField(default=False)),
                ("expires_at", models.DateTimeField()),
                ("location", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.location")),
                (
                    "organisation",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.organisation"),
                ),
                ("service", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.service")),
            ],
        ),
        migrations.AddField(
            model_name="appointment",
            name="service",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="store.service"),
        ),
        migrations.CreateModel(
            name="StaffMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("email", models.EmailField(max_length=254)),
                ("google_user_id", models.CharField(blank=True, max_length=64)),
                ("appointment_taking", models.BooleanField(default=True)),
                ("left_at", models.DateTimeField(blank=True, null=True)),
                (
                    "organisation",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.organisation"),
                ),
                (
                    "user",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="staff_member",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Reservation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("span", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ("buffer_before", models.DurationField()),
                ("buffer_after", models.DurationField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("appointment", "Appointment"), ("hold", "Hold"), ("grace", "Grace")], max_length=20
                    ),
                ),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                (
                    "appointment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reservations",
                        to="store.appointment",
                    ),
                ),
                (
                    "hold",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reservations",
                        to="store.hold",
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reservations", to="store.staffmember"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="JournalEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "direction",
                    models.CharField(
                        choices=[("from_google", "From Google"), ("to_google", "To Google")], max_length=20
                    ),
                ),
                ("action", models.CharField(max_length=40)),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("delay", models.DurationField(blank=True, null=True)),
                (
                    "appointment",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to="store.appointment"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.organisation"),
                ),
                ("staff", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.staffmember")),
            ],
        ),
        migrations.AddField(
            model_name="hold",
            name="staff",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.staffmember"),
        ),
        migrations.CreateModel(
            name="Conflict",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("overlap", "A Google event now overlaps this appointment"),
                            ("time_taken", "Moved in Google to a time that is taken"),
                            ("not_allowed", "Moved in Google to a time that the service does not allow"),
                            ("past", "Changed in Google after it had begun"),
                            ("recurring", "Made recurring in Google"),
                            ("deleted_and_changed", "Deleted in Google while it was changed in Lockstep"),
                        ],
                        max_length=30,
                    ),
                ),
                ("span", django.contrib.postgres.fields.ranges.DateTimeRangeField(blank=True, null=True)),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="conflicts", to="store.appointment"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.organisation"),
                ),
                ("staff", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.staffmember")),
            ],
        ),
        migrations.CreateModel(
            name="CalendarLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("detached", "detached"),
                            ("full_sync", "full_sync"),
                            ("current", "current"),
                            ("catching_up", "catching_up"),
                            ("backing_off", "backing_off"),
                            ("blocked", "blocked"),
                        ],
                        default="detached",
                        max_length=20,
                    ),
                ),
                ("returns_to", models.CharField(blank=True, max_length=20)),
                ("generation", models.PositiveIntegerField(default=0)),
                ("sync_token", models.TextField(blank=True)),
                ("time_zone", models.CharField(blank=True, max_length=64)),
                ("reads_from", models.DateTimeField(blank=True, null=True)),
                ("expanded_until", models.DateTimeField(blank=True, null=True)),
                ("verified_at", models.DateTimeField(blank=True, null=True)),
                ("fresh_until", models.DateTimeField(blank=True, null=True)),
                ("wanted", models.PositiveBigIntegerField(default=0)),
                ("done", models.PositiveBigIntegerField(default=0)),
                ("lease", models.PositiveBigIntegerField(default=0)),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("next_due", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("changed_at", models.DateTimeField(blank=True, null=True)),
                ("problem", models.TextField(blank=True)),
                ("events_seen", models.PositiveIntegerField(default=0)),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="links", to="store.connection"
                    ),
                ),
                (
                    "staff",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="link", to="store.staffmember"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BusyInterval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("series_id", models.CharField(max_length=1100)),
                ("span", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="busy", to="store.calendarlink"
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="busy", to="store.staffmember"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "location",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="assignments", to="store.location"
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="assignments", to="store.service"
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="assignments", to="store.staffmember"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="appointment",
            name="staff",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appointments",
                to="store.staffmember",
            ),
        ),
        migrations.CreateModel(
            name="Absence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("title", models.CharField(max_length=200)),
                ("span", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="absences", to="store.staffmember"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WorkingHours",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("weekday", models.PositiveSmallIntegerField()),
                ("start", models.TimeField()),
                ("end", models.TimeField()),
                ("location", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.location")),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="working_hours",
                        to="store.staffmember",
                    ),
                ),
            ],
            options={
                "ordering": ["weekday", "start"],
            },
        ),
        migrations.CreateModel(
            name="WorkingRange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("span", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ("location", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.location")),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="working_ranges",
                        to="store.staffmember",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WrittenEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("generation", models.PositiveIntegerField(default=0)),
                ("event_id", models.CharField(max_length=64)),
                ("etag", models.CharField(blank=True, max_length=100)),
                ("google_updated_at", models.DateTimeField(blank=True, null=True)),
                ("spent", models.BooleanField(default=False)),
                ("in_google", models.BooleanField(default=False)),
                ("seen_generation", models.PositiveIntegerField(default=0)),
                ("missing", models.BooleanField(default=False)),
                ("base_local", models.JSONField(null=True)),
                ("base_remote", models.JSONField(null=True)),
                ("intent", models.JSONField(null=True)),
                ("wanted", models.PositiveBigIntegerField(default=0)),
                ("done", models.PositiveBigIntegerField(default=0)),
                ("lease", models.PositiveBigIntegerField(default=0)),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("next_due", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("parked", models.TextField(blank=True)),
                ("in_conflict", models.BooleanField(default=False)),
                ("wanted_at", models.DateTimeField()),
                (
                    "absence",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="written",
                        to="store.absence",
                    ),
                ),
                (
                    "appointment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="written",
                        to="store.appointment",
                    ),
                ),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="written", to="store.calendarlink"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Channel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("channel_id", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("token_digest", models.CharField(max_length=64)),
                ("resource_id", models.CharField(blank=True, max_length=200)),
                ("opened_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("heard_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="channels", to="store.calendarlink"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["link", "expires_at"], name="store_chann_link_id_31b1b5_idx")],
            },
        ),
        migrations.CreateModel(
            name="MirroredEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("event_id", models.CharField(max_length=1100)),
                ("series_id", models.CharField(max_length=1100)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("single", "Single"),
                            ("master", "Master"),
                            ("exception", "Exception"),
                            ("cancelled_instance", "Cancelled Instance"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "takes",
                    models.CharField(
                        choices=[("busy", "Busy"), ("undecided", "Undecided"), ("free", "Free")],
                        default="free",
                        max_length=20,
                    ),
                ),
                ("when", models.JSONField(null=True)),
                ("original_start", models.CharField(blank=True, max_length=40)),
                (
                    "recurrence",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, default=list, size=None
                    ),
                ),
                ("generation", models.PositiveIntegerField()),
                ("set_aside", models.CharField(blank=True, max_length=200)),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="events", to="store.calendarlink"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["link", "series_id"], name="store_mirro_link_id_4448d7_idx")],
                "constraints": [models.UniqueConstraint(fields=("link", "event_id"), name="one_row_per_event")],
            },
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(fields=["organisation", "email"], name="store_clien_organis_a84f20_idx"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["organisation", "-at"], name="store_audit_organis_b09108_idx"),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("email"),
                name="one_user_per_email",
                violation_error_message="This e-mail is taken.",
            ),
        ),
        migrations.AddConstraint(
            model_name="staffmember",
            constraint=models.UniqueConstraint(
                models.F("organisation"),
                django.db.models.functions.text.Lower("email"),
                name="one_staff_member_per_email",
            ),
        ),
        migrations.AddConstraint(
            model_name="staffmember",
            constraint=models.UniqueConstraint(
                condition=models.Q(("google_user_id", ""), _negated=True),
                fields=("organisation", "google_user_id"),
                name="one_staff_member_per_google_user",
            ),
        ),
        migrations.AddIndex(
            model_name="reservation",
            index=django.contrib.postgres.indexes.GistIndex(fields=["staff", "span"], name="reservation_lookup"),
        ),
        migrations.AddConstraint(
            model_name="reservation",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("kind", "grace"), _negated=True),
                expressions=[("staff", "="), ("span", "&&")],
                name="nobody_is_double_booked",
            ),
        ),
        migrations.AddConstraint(
            model_name="reservation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("appointment__isnull", True),
                        ("expires_at__isnull", False),
                        ("hold__isnull", False),
                        ("kind", "hold"),
                    ),
                    models.Q(
                        ("appointment__isnull", False),
                        ("expires_at__isnull", True),
                        ("hold__isnull", True),
                        ("kind", "appointment"),
                    ),
                    models.Q(
                        ("appointment__isnull", False),
                        ("expires_at__isnull", False),
                        ("hold__isnull", True),
                        ("kind", "grace"),
                    ),
                    _connector="OR",
                ),
                name="reservation_says_for_what",
            ),
        ),
        migrations.AddIndex(
            model_name="journalentry",
            index=models.Index(fields=["organisation", "-at"], name="store_journ_organis_9ebcc2_idx"),
        ),
        migrations.AddIndex(
            model_name="hold",
            index=models.Index(fields=["address_digest", "expires_at"], name="store_hold_address_363916_idx"),
        ),
        migrations.AddIndex(
            model_name="conflict",
            index=django.contrib.postgres.indexes.GistIndex(
                condition=models.Q(("closed_at__isnull", True)), fields=["staff", "span"], name="open_conflict_lookup"
            ),
        ),
        migrations.AddConstraint(
            model_name="conflict",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at__isnull", True)),
                fields=("appointment", "kind"),
                name="one_open_conflict_each",
            ),
        ),
        migrations.AddIndex(
            model_name="calendarlink",
            index=models.Index(fields=["next_due"], name="store_calen_next_du_d9bba1_idx"),
        ),
        migrations.AddIndex(
            model_name="calendarlink",
            index=models.Index(fields=["connection", "state"], name="store_calen_connect_cb2d91_idx"),
        ),
        migrations.AddConstraint(
            model_name="calendarlink",
            constraint=models.CheckConstraint(
                condition=models.Q(("done__lte", models.F("wanted"))), name="no_look_before_the_wish"
            ),
        ),
        migrations.AddIndex(
            model_name="busyinterval",
            index=django.contrib.postgres.indexes.GistIndex(fields=["staff", "span"], name="busy_lookup"),
        ),
        migrations.AddIndex(
            model_name="busyinterval",
            index=models.Index(fields=["link", "series_id"], name="busy_of_series"),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.UniqueConstraint(fields=("service", "location", "staff"), name="one_assignment_each"),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(fields=["organisation", "starts_at"], name="store_appoi_organis_d4af3e_idx"),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(fields=["staff", "starts_at"], name="store_appoi_staff_i_aa6a15_idx"),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(fields=["organisation", "-changed_at"], name="store_appoi_organis_e0e7a5_idx"),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(
                condition=models.Q(("tell_due_at__isnull", False)), fields=["tell_due_at"], name="client_to_tell"
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="appointment_has_a_length"
            ),
        ),
        migrations.AddIndex(
            model_name="absence",
            index=django.contrib.postgres.indexes.GistIndex(fields=["staff", "span"], name="absence_lookup"),
        ),
        migrations.AddConstraint(
            model_name="workinghours",
            constraint=models.CheckConstraint(condition=models.Q(("weekday__lte", 6)), name="weekday_is_a_weekday"),
        ),
        migrations.AddConstraint(
            model_name="workinghours",
            constraint=models.CheckConstraint(
                condition=models.Q(("end__gt", models.F("start")), ("end", datetime.time(0, 0)), _connector="OR"),
                name="working_hours_have_a_length",
            ),
        ),
        migrations.AddIndex(
            model_name="workingrange",
            index=django.contrib.postgres.indexes.GistIndex(
                fields=["location", "staff", "span"], name="working_range_lookup"
            ),
        ),
        migrations.AddIndex(
            model_name="writtenevent",
            index=models.Index(
                condition=models.Q(("wanted__gt", models.F("done"))), fields=["next_due"], name="events_to_write"
            ),
        ),
        migrations.AddConstraint(
            model_name="writtenevent",
            constraint=models.UniqueConstraint(fields=("link", "event_id"), name="one_meaning_per_event_id"),
        ),
        migrations.AddConstraint(
            model_name="writtenevent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("appointment__isnull", False)),
                fields=("appointment", "link"),
                name="one_event_per_appointment",
            ),
        ),
        migrations.AddConstraint(
            model_name="writtenevent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("absence__isnull", False)), fields=("absence", "link"), name="one_event_per_absence"
            ),
        ),
        migrations.AddConstraint(
            model_name="writtenevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("absence__isnull", True), ("appointment__isnull", False)),
                    models.Q(("absence__isnull", False), ("appointment__isnull", True)),
                    _connector="OR",
                ),
                name="written_for_one_thing",
            ),
        ),
    ]
