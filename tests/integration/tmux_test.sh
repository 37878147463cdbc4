#!/bin/sh
# A smoke test in a real terminal: first start to a logged call, in tmux.
set -u
if ! command -v tmux >/dev/null; then echo "skip: no tmux"; echo "0 passed, 0 failed, 1 skipped"; exit 0; fi
dir=$(mktemp -d /tmp/sxtmux.XXXXXX) || exit 1
t() { tmux -f /dev/null -S "$dir/socket" "$@"; }
trap 't kill-server 2>/dev/null; rm -rf "$dir"' EXIT
passed=0 failed=0
sees() { # text: is on the screen within five seconds
	i=0
	while [ $i -lt 50 ]; do
		if t capture-pane -p | grep -qF "$1"; then passed=$((passed + 1)); return; fi
		sleep 0.1
		i=$((i + 1))
	done
	failed=$((failed + 1))
	echo "FAIL not on the screen: $1"
	t capture-pane -p
}
t new-session -d -x 100 -y 30 "env -u NO_COLOR TERM=tmux-256color LC_ALL=C.UTF-8 SIMPLIX_LANG=en HOME='$dir' XDG_CONFIG_HOME='$dir/c' XDG_DATA_HOME='$dir/d' '$SIMPLIX'; echo left with \$?; sleep 5" || exit 1
sees "Welcome to Simplix"
t send-keys Enter
sees "Closing within two weeks"
t send-keys g c
sees "Amélie Durand"
t send-keys / ; t send-keys -l keller ; t send-keys Enter
sees "Bruno Keller"
t send-keys c
sees "Call with Bruno Keller"
t send-keys i
sees "Next step?"
t send-keys w
sees "Note on the call"
t send-keys Enter
sees "u undoes"
t resize-window -x 60 -y 12
sees "Bruno Keller"
t resize-window -x 100 -y 30
t send-keys C-q
sees "left with 0"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
