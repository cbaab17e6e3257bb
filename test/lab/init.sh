#!/bin/sh
# Process 1 of a lab host: called in fresh mount, pid, uts, ipc and network namespaces, with
#   HOST_NAME, ADDRESS (with its prefix length), USER_NAME, DISK (a tmpfs that holds upper/),
#   SHARE (a folder of the machine that every host sees read-only at /opt/lakeup-lab), TMP_MB (the size of /tmp),
#   FOLDERS (more of them, one a line: ro or rw, where, which).
# Makes the host's own root and never returns: it collects orphans, and starts sshd again when that ends.
set -eu

# Everything below is this namespace's own; the machine never sees it.
mount --make-rprivate /

# What the overlay needs for itself is not kept over a reboot; the host's files are.
rm -rf "$DISK/work" "$DISK/root"
mkdir -p "$DISK/upper" "$DISK/work" "$DISK/root"
root=$DISK/root
mount -t overlay "lakeup-lab-$HOST_NAME" -o "lowerdir=/,upperdir=$DISK/upper,workdir=$DISK/work" "$root"

mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t tmpfs -o mode=755,size=4m tmpfs "$root/run"
mount -t tmpfs -o mode=1777,size="${TMP_MB}m" tmpfs "$root/tmp"
mount -t tmpfs -o mode=755,size=1m tmpfs "$root/dev"
for device in null zero full random urandom tty; do
  : >"$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777,size=4m tmpfs "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"

mkdir -p "$root/opt/lakeup-lab"
mount --bind "$SHARE" "$root/opt/lakeup-lab"
mount -o remount,bind,ro "$root/opt/lakeup-lab"
printf '%s' "$FOLDERS" | while read -r mode at from; do
  mkdir -p "$root$at"
  mount --bind "$from" "$root$at"
  [ "$mode" = rw ] || mount -o remount,bind,ro "$root$at"
done

# The kernel's boot id is the machine's: every boot of this host brings one of its own.
cat /proc/sys/kernel/random/uuid >"$root/run/boot_id"
mount --bind "$root/run/boot_id" "$root/proc/sys/kernel/random/boot_id"

cd "$root"
pivot_root . .
umount -l .
cd /

mkdir -p /run/sshd /run/lock
[ -d /root ] || mkdir -m 700 /root
[ -d "/home/$USER_NAME" ] || install -d -o "$USER_NAME" -g "$USER_NAME" "/home/$USER_NAME"
hostname "$HOST_NAME"
ip link set lo up
ip addr replace "$ADDRESS" dev eth0
ip link set eth0 up

unset HOST_NAME ADDRESS USER_NAME DISK SHARE TMP_MB FOLDERS
while :; do
  # A shell that waits for one child collects every other that ends.
  /usr/sbin/sshd -D -e -f /etc/ssh/lakeup-lab/sshd_config </dev/null || true
  sleep 1
done
