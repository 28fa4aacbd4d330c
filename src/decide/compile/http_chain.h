// HttpConnectionManager and TcpProxy of the wire into HttpChain and TcpChain.
#pragma once

#include <google/protobuf/any.pb.h>

#include "base/error.h"
#include "decide/listener.h"
#include "decide/names.h"

namespace weft::decide {

Result<HttpChain> compile_http_chain(const google::protobuf::Any& config, Ids& ids);
Result<TcpChain> compile_tcp_chain(const google::protobuf::Any& config, Ids& ids);

}  // namespace weft::decide
