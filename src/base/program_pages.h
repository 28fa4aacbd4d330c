// The pages of the program and its libraries that start-up alone has needed.
#pragma once

namespace weft {

// Unmaps what was read of the program's and its libraries' code and constants, and gives back free heap. The kernel
// maps sixteen pages around each one that is touched, so most of what is resident after start-up will not be used
// again; what is comes back from the page cache when it is touched, without I/O. Any thread; once start-up is over.
void let_go_of_program_pages();

}  // namespace weft
