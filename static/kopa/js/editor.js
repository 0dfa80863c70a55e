// Wagtail's date picker would put today in place of a date it cannot read; the server says what is wrong instead.
jQuery.fn.datetimepicker.defaults.validateOnBlur = false;
