#ifndef TUI_VERSION_H
#define TUI_VERSION_H

#define SIMPLIX_VERSION "0.1.0"

#endif
