#!/usr/bin/env bash
# Installs what `swift build` has made, so that it runs without the toolchain, this checkout and .deps; or takes an
# installation away. `make install` and `make uninstall` call it.
#
#   scripts/install.sh PRODUCTS PREFIX [DESTDIR]
#   scripts/install.sh --uninstall PREFIX [DESTDIR]
#
# No installed file names the folder it lies in, so the whole can be moved. What was installed is listed in
# PREFIX/share/fastdistill/installed.txt: only that is taken away, and plugins that others have put there stay.
set -euo pipefail

products=$1
prefix=$2
target=${3:-}$prefix
source=$(cd "$(dirname "$0")/.." && pwd)
list=share/fastdistill/installed.txt

if [ "${prefix#/}" = "$prefix" ]; then
    echo "install: error: PREFIX must be an absolute path, not '$prefix'" >&2
    exit 2
fi

# Takes the files of the list away, the list itself last, and the folders that are empty then.
remove() {
    local files file folder
    [ -f "$target/$list" ] || return 0
    mapfile -t files <"$target/$list"
    files+=("$list")
    for file in "${files[@]}"; do rm -f "$target/$file"; done
    for file in "${files[@]}"; do
        folder=$(dirname "$file")
        while [ "$folder" != . ] && rmdir "$target/$folder" 2>/dev/null; do folder=$(dirname "$folder"); done
    done
}

# put MODE FILE NAME: installs one file, after it stands in the list.
put() {
    echo "$3" >>"$target/$list"
    install -D -m "$1" "$2" "$target/$3"
}

# binary MODE FILE NAME FOLDER: installs a program or library of ours without what debuggers read, which names the folders
# it was built in, and with FOLDER, relative to its own, as the place of its libraries.
binary() {
    put "$1" "$2" "$3"
    strip --strip-debug "$target/$3"
    python3 "$source/scripts/set_runpath.py" "$target/$3" "\$ORIGIN${4:+/$4}"
}

# tree FOLDER NAME: installs all files below a folder.
tree() {
    local file
    while IFS= read -r file; do
        put 644 "$1/$file" "$2/$file"
    done < <(cd "$1" && find . -type f -printf '%P\n' | sort)
}

# libraries FILE PATTERN: the paths of the libraries that a file is linked with and whose paths fit.
libraries() {
    ldd "$1" | awk -v pattern="$2" '$3 ~ pattern { print $3 }'
}

if [ "$products" = --uninstall ]; then
    if [ ! -f "$target/$list" ]; then
        echo "install: error: '$target' holds no installation: there is no $list" >&2
        exit 2
    fi
    remove
    echo "removed fastdistill from $target"
    exit 0
fi

for file in fastdistill fastdistill-worker libFastDistillParquet.so; do
    if [ ! -f "$products/$file" ]; then
        echo "install: error: '$products' holds no $file; build it first: make build" >&2
        exit 2
    fi
done

remove
mkdir -p "$target/$(dirname "$list")"
: >"$target/$list"

binary 755 "$products/fastdistill" bin/fastdistill '../lib/fastdistill'
binary 755 "$products/fastdistill-worker" lib/fastdistill/fastdistill-worker ''
binary 644 "$products/libFastDistillParquet.so" lib/fastdistill/libFastDistillParquet.so ''
plugins=("$products"/libfastdistill-plugin-*.so)
for plugin in "${plugins[@]}"; do
    binary 644 "$plugin" "lib/fastdistill/plugins/$(basename "$plugin")" '..'
done

# The Swift runtime as far as it is used, and Arrow.
while IFS= read -r library; do
    put 644 "$library" "lib/fastdistill/$(basename "$library")"
done < <({
    for file in "$products/fastdistill" "${plugins[@]}"; do libraries "$file" '/lib/swift/linux/'; done
    libraries "$products/libFastDistillParquet.so" '/lib(arrow|parquet)[.]so[.]'
} | sort -u)

# For plugins: the headers, PluginKit as a package of sources, the templates of `fastdistill new`. For editors: the schema.
tree "$source/Sources/PluginABI/include/fastdistill" include/fastdistill
put 644 "$source/Templates/PluginKit/Package.swift" share/fastdistill/PluginKit/Package.swift
for module in PluginABI PluginKit PluginConformance; do
    tree "$source/Sources/$module" "share/fastdistill/PluginKit/Sources/$module"
done
tree "$source/Templates/plugin" share/fastdistill/templates/plugin
put 644 "$source/Docs/reference/graph.schema.json" share/fastdistill/graph.schema.json

version=$(env -i "$target/bin/fastdistill" --version)
echo lib/pkgconfig/fastdistill.pc >>"$target/$list"
mkdir -p "$target/lib/pkgconfig"
cat >"$target/lib/pkgconfig/fastdistill.pc" <<PC
prefix=\${pcfiledir}/../..
includedir=\${prefix}/include
plugindir=\${prefix}/lib/fastdistill/plugins

Name: FastDistill
Description: Headers for plugins of FastDistill
Version: $version
Cflags: -I\${includedir}
PC

echo "installed fastdistill $version in $target"
