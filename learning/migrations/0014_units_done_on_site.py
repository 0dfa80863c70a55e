from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("learning", "0013_staff_columns_and_undo"),
    ]

    operations = [
        migrations.AddField(
            model_name="unitstate",
            name="on_site",
            field=models.BooleanField(
                db_default=False, default=False, help_text="Done in a room with a facilitator, not on the platform"
            ),
        ),
        migrations.AlterField(
            model_name="completion",
            name="evidence",
            field=models.JSONField(
                default=dict, help_text="Frozen: holder, institution, position, role, form, minutes"
            ),
        ),
    ]
