// A unit with a window of its own: this window goes on to it, and "back" does not launch it again.
"use strict";

location.replace(document.querySelector("a").href);
