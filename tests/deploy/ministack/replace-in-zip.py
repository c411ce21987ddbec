# Copies a zip with one of its files replaced: replace-in-zip.py <zip> <new zip> <name in it> <file with the new content>
import sys
import zipfile

source, target, name, content_file = sys.argv[1:]
with open(content_file, "rb") as file:
    content = file.read()
with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
    if name not in old.namelist():
        sys.exit(f"{source} holds no {name}")
    for item in old.infolist():
        new.writestr(item, content if item.filename == name else old.read(item))
