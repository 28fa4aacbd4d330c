// Asking a server whether it is well, by grpc.health.v1.Health/Check: SERVING with the status OK is well, every other
// answer is a refusal.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "http/client_stream.h"
#include "http/message.h"
#include "runtime/task.h"

namespace weft::grpc {

// The question's head and body. `authority`: whom it is put to.
http::RequestHead health_question(std::string authority);
std::string health_question_body(std::string_view service);

// Whether the server is well, by its answer, whose head has been read from the stream.
runtime::Task<Result<bool>> read_health_answer(const http::ResponseHead& head, http::ClientStream& stream);

}  // namespace weft::grpc
