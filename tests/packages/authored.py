"""Packages with the shape that common authoring tools give them, every line of them ours.

They differ from `build` in their habits: nested frames and a launcher, a search for the API that looks up every window
and its opener without care, questions by `confirm`, no commit before the end, and buttons that close windows.
"""

from __future__ import annotations

import json

from tests.packages import build
from tests.packages.build import Files

FIND = """
function scan(win, name) {
  var tries = 0;
  while (win[name] == null && win.parent != null && win.parent != win) {
    tries += 1;
    if (tries > 500) return null;
    win = win.parent;
  }
  return win[name];
}
function find(name) {
  var api = scan(window, name);
  if (api == null && window.opener != null && typeof window.opener != "undefined") api = scan(window.opener, name);
  return api;
}
"""

MANIFEST_12 = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="authored" version="1" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
  <metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
  <organizations default="o"><organization identifier="o"><title>Kurss</title>
    <item identifier="i" identifierref="r" isvisible="true"><title>Kurss</title></item>
  </organization></organizations>
  <resources>
    <resource identifier="r" type="webcontent" adlcp:scormtype="sco" href="{href}">{files}</resource>
  </resources>
</manifest>"""
MANIFEST_2004 = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="authored" version="1" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3">
  <metadata><schema>ADL SCORM</schema><schemaversion>2004 3rd Edition</schemaversion></metadata>
  <organizations default="o"><organization identifier="o"><title>Kurss</title>
    <item identifier="i" identifierref="r"><title>Kurss</title></item>
  </organization></organizations>
  <resources>
    <resource identifier="r" type="webcontent" adlcp:scormType="sco" href="{href}">{files}</resource>
  </resources>
</manifest>"""


def _package(manifest: str, href: str, pages: dict[str, str]) -> Files:
    listed = "".join(f'<file href="{name}"/>' for name in pages)
    texts = {"imsmanifest.xml": manifest.format(href=href, files=listed), **pages}
    return {name: text.encode() for name, text in texts.items()}


def launcher_12() -> Files:
    """The launch page holds the course in a frame, looks for 2004 before 1.2, asks whether to resume, never commits;
    its exit button ends the session and closes windows upwards."""
    launch = f"""<!doctype html><meta charset="utf-8"><title>Kurss</title><script>{FIND}
      var api2004 = find("API_1484_11"), api = find("API");
      api.LMSInitialize("");
      var marked = api.LMSGetValue("cmi.core.lesson_location"), resumed = false;
      if (marked) resumed = confirm("Vai turpināt tur, kur beidzāt?");
      else api.LMSSetValue("cmi.core.lesson_status", "incomplete");
      function ended() {{ if (api) {{ api.LMSFinish(""); api = null; }} }}
      window.onbeforeunload = ended;
      window.onunload = ended;
      function note(place) {{
        api.LMSSetValue("cmi.core.lesson_location", place);
        api.LMSSetValue("cmi.suspend_data", new Array(3000).join(place));
      }}
      function leave(status) {{
        if (status) api.LMSSetValue("cmi.core.score.raw", "90");
        if (status) api.LMSSetValue("cmi.core.lesson_status", status);
        api.LMSSetValue("cmi.core.exit", status ? "" : "suspend");
        ended();
        window.close();
        top.close();
      }}
    </script><iframe id="story" src="story/story.html" width="600" height="300"></iframe>"""
    story = """<!doctype html><meta charset="utf-8"><title>Stāsts</title><p id="resumed"></p>
      <button id="note" onclick="parent.note('slide-4')">Atzīmēt</button>
      <button id="later" onclick="parent.leave('')">Vēlāk</button>
      <button id="exit" onclick="parent.leave('passed')">Beigt</button>
      <script>document.getElementById("resumed").textContent = parent.marked + " " + parent.resumed;</script>"""
    return _package(MANIFEST_12, "index_lms.html", {"index_lms.html": launch, "story/story.html": story})


def closing_12() -> Files:
    """Says its last words only when its page goes, and its exit button does nothing but close the window."""
    page = f"""<!doctype html><meta charset="utf-8"><title>Kurss</title><script>{FIND}
      var api = find("API");
      api.LMSInitialize("");
      window.addEventListener("unload", function () {{
        api.LMSSetValue("cmi.core.lesson_status", "completed");
        api.LMSFinish("");
      }});
    </script><p id="state">open</p><button id="close" onclick="window.close()">Aizvērt</button>
    <button id="parent" onclick="parent.close()">Aizvērt logu</button>
    <iframe id="inner" srcdoc="<button id='inner-close' onclick='parent.window.close()'>Aizvērt</button>"></iframe>"""
    return _package(MANIFEST_12, "index_scorm.html", {"index_scorm.html": page})


def framed_2004() -> Files:
    """The API is looked for from three frames down; the page goes without a word but Terminate."""
    index = """<!doctype html><meta charset="utf-8"><title>Kurss</title>
      <iframe src="frame.html" width="600" height="300"></iframe>"""
    frame = """<!doctype html><meta charset="utf-8"><title>Rāmis</title>
      <iframe src="data/player.html" width="500" height="250"></iframe>"""
    player = f"""<!doctype html><meta charset="utf-8"><title>Atskaņotājs</title><script>{FIND}
      var old = find("API"), api = find("API_1484_11");
      api.Initialize("");
      function found() {{ return api.GetValue("cmi.location") || "nothing"; }}
      window.addEventListener("beforeunload", function () {{
        api.SetValue("cmi.exit", "suspend");
        api.Terminate("");
      }});
      function act() {{
        api.SetValue("cmi.location", "slide-9");
        api.SetValue("cmi.score.scaled", "0.8");
        api.SetValue("cmi.success_status", "passed");
        api.SetValue("cmi.completion_status", "completed");
        alert("Paldies!");
      }}
    </script><p id="found"></p><button id="act" onclick="act()">Pabeigt</button>
    <script>document.getElementById("found").textContent = found();</script>"""
    return _package(
        MANIFEST_2004,
        "res/index.html",
        {"res/index.html": index, "res/frame.html": frame, "res/data/player.html": player},
    )


def popup_12() -> Files:
    """The launch page opens the course in a window, which finds the API through its opener and closes itself."""
    launch = """<!doctype html><meta charset="utf-8"><title>Kurss</title>
      <button id="open" onclick="window.open('course.html', 'course', 'width=800,height=600')">Atvērt kursu</button>"""
    course = f"""<!doctype html><meta charset="utf-8"><title>Kurss</title><h1>Kurss</h1><script>{FIND}
      var api = find("API");
      api.LMSInitialize("");
      function leave() {{
        api.LMSSetValue("cmi.core.lesson_status", "completed");
        api.LMSFinish("");
        top.close();
      }}
    </script><button id="exit" onclick="leave()">Beigt</button>"""
    return _package(MANIFEST_12, "launch.html", {"launch.html": launch, "course.html": course})


def h5p_of_an_editor() -> Files:
    """An H5P content as desktop editors save it: all that their libraries hold, editor dependencies that are not in the
    package, no language, media beside the content."""
    files = build.files_of_h5p()
    facts = {"language": "und", "defaultLanguage": "lv", "embedTypes": ["iframe"], "license": "U", "authors": []}
    files["h5p.json"] = _json({**json.loads(files["h5p.json"]), **facts})
    editor = {"machineName": "H5PEditor.RangeList", "majorVersion": 1, "minorVersion": 0}
    more = {"coreApi": {"majorVersion": 1, "minorVersion": 27}, "editorDependencies": [editor], "fullscreen": 0}
    for name in [name for name in files if name.endswith("/library.json")]:
        home = name.removesuffix("library.json")
        files[name] = _json({**json.loads(files[name]), **more})
        for extra in (
            "semantics.json",
            "language/lv.json",
            "language/.en.json",
            "presave.js",
            "upgrades.js",
            "icon.svg",
        ):
            files[home + extra] = b"{}" if extra.endswith("json") else b""
    return {**files, "content/images/file-1.png": b"\x89PNG\r\n\x1a\n", "content/videos/captions.vtt": b"WEBVTT"}


def _json(facts: dict) -> bytes:
    return json.dumps(facts).encode()
