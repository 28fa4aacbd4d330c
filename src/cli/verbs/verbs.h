// Every verb of the weft command, one file each. all_commands() is the table that everything else reads, in the order
// in which help shows it.
#pragma once

#include <vector>

#include "base/clock.h"
#include "cli/words/command_line.h"

namespace weft::cli {

Command up_command();
Command down_command();
Command apply_command();
Command delete_command();
Command get_command();
Command describe_command();
Command validate_command();
Command explain_command();
Command exec_command();
Command logs_command();
Command ps_command();
Command pc_command();
Command proxy_command();
Command authz_command();
Command mtls_command();
Command certs_command();
Command why_command();
Command token_command();
Command kubeconfig_command();
Command version_command();
Command completion_command();
Command help_command();
Command complete_command();  // hidden: what the completion scripts call

std::vector<Command> all_commands();

// Flags that several verbs share, with one meaning.
Flag filename_flag();
Flag recursive_flag();
Flag image_flag();
Flag timeout_flag(std::string_view help);

// --timeout's value ("90s", "2m", "1m30s", "0" for none), or `fallback` where it was not given.
// A duration such as 90s, 2m or 1h30m; nothing for other text.
std::optional<Duration> parse_duration(std::string_view text);
Expected<Duration> timeout_of(const Invocation& call, Duration fallback);

}  // namespace weft::cli
