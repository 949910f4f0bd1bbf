-- A dissector of chat/1 for Wireshark and tshark (4.0 and later, Lua 5.2 and later):
-- frames and their types, the fields of the greetings, sizes of sealed records; and
-- what is in them, if there is a key log of your own connection.
--
--     tshark -X lua_script:contrib/chat1.lua -r capture.pcapng -d tcp.port==7878,chat1
--     CHAT_KEYLOG=keys chat connect --i-know-this-breaks-encryption ...
--     tshark -X lua_script:contrib/chat1.lua -o chat1.keylog:keys -r capture.pcapng ...
--
-- The format is that of docs/protocol.md. Tags are not checked here: what the ends have
-- received is what they have checked. Sequence numbers are counted, so a capture has to
-- begin with the connection; without its greeting, a connection stays sealed.

local chat1 = Proto("chat1", "chat/1")

local MESSAGES = {
  [0x01] = "ClientHello", [0x02] = "ServerHello", [0x03] = "ServerAuth",
  [0x04] = "ClientAuth", [0x05] = "READY", [0x10] = "Data", [0x11] = "KeyUpdate",
  [0x12] = "Close", [0x13] = "Alert", [0x14] = "Ping", [0x15] = "Pong",
}
local HEADER, TAG, ALERT, MAX_BODY = 4, 16, 4, 65552

local f = {
  length = ProtoField.uint32("chat1.length", "Length of the body"),
  kind = ProtoField.string("chat1.kind", "Kind"),
  type = ProtoField.uint8("chat1.type", "Type", base.HEX, MESSAGES),
  size = ProtoField.uint16("chat1.size", "Length of the payload"),
  magic = ProtoField.string("chat1.magic", "Magic"),
  version = ProtoField.uint8("chat1.version", "Version"),
  random = ProtoField.bytes("chat1.random", "Random"),
  x25519 = ProtoField.bytes("chat1.x25519", "X25519 public key"),
  mlkem = ProtoField.bytes("chat1.mlkem", "ML-KEM-768 public key"),
  ciphertext = ProtoField.bytes("chat1.ciphertext", "ML-KEM-768 ciphertext"),
  alert = ProtoField.uint8("chat1.alert", "Alert"),
  sealed = ProtoField.bytes("chat1.sealed", "Sealed"),
  padded = ProtoField.uint32("chat1.padded", "Plaintext with padding, bytes"),
  tag = ProtoField.bytes("chat1.tag", "Tag"),
  sequence = ProtoField.uint32("chat1.sequence", "Number under its key"),
  epoch = ProtoField.uint32("chat1.epoch", "Key of this direction"),
  payload = ProtoField.bytes("chat1.payload", "Payload"),
}
chat1.fields = {}
for _, field in pairs(f) do table.insert(chat1.fields, field) end

chat1.prefs.keylog = Pref.string("Key log", "",
  "File that chat wrote with CHAT_KEYLOG")

-- AES-256, the forward direction only: that is all that counter mode needs ----------

local bit = bit32 or bit
local bxor, band, lshift, rshift = bit.bxor, bit.band, bit.lshift, bit.rshift

local function double(a) -- in GF(2^8)
  a = lshift(a, 1)
  if a > 0xff then a = bxor(a, 0x11b) end
  return a
end

local SBOX = {}
do
  local p, q = 1, 1
  repeat
    p = bxor(p, double(p)) -- times 3, which generates the field
    q = bxor(q, lshift(q, 1)) -- divided by 3
    q = bxor(q, lshift(q, 2))
    q = band(bxor(q, lshift(q, 4)), 0xff)
    if band(q, 0x80) ~= 0 then q = bxor(q, 0x09) end
    local x = 0x63
    for turn = 0, 4 do
      x = bxor(x, band(bxor(lshift(q, turn), rshift(q, 8 - turn)), 0xff))
    end
    SBOX[p] = x
  until p == 1
  SBOX[0] = 0x63
end

local function expand(key) -- 32 bytes into 60 words of 4 bytes
  local words, rcon = {}, 1
  for i = 0, 7 do words[i] = { key:byte(4 * i + 1, 4 * i + 4) } end
  for i = 8, 59 do
    local w = { table.unpack(words[i - 1]) }
    if i % 8 == 0 then
      w = { SBOX[w[2]], SBOX[w[3]], SBOX[w[4]], SBOX[w[1]] }
      w[1] = bxor(w[1], rcon)
      rcon = double(rcon)
    elseif i % 8 == 4 then
      w = { SBOX[w[1]], SBOX[w[2]], SBOX[w[3]], SBOX[w[4]] }
    end
    for j = 1, 4 do w[j] = bxor(w[j], words[i - 8][j]) end
    words[i] = w
  end
  return words
end

local function encrypt(words, block) -- 16 bytes in a table
  local function addKey(round)
    for c = 0, 3 do
      local w = words[4 * round + c]
      for r = 1, 4 do block[4 * c + r] = bxor(block[4 * c + r], w[r]) end
    end
  end
  addKey(0)
  for round = 1, 14 do
    local s = {}
    for c = 0, 3 do
      for r = 0, 3 do s[4 * c + r + 1] = SBOX[block[4 * ((c + r) % 4) + r + 1]] end
    end
    if round < 14 then
      for c = 0, 3 do
        local a, b, d, e = s[4 * c + 1], s[4 * c + 2], s[4 * c + 3], s[4 * c + 4]
        local all = bxor(a, b, d, e)
        block[4 * c + 1] = bxor(a, all, double(bxor(a, b)))
        block[4 * c + 2] = bxor(b, all, double(bxor(b, d)))
        block[4 * c + 3] = bxor(d, all, double(bxor(d, e)))
        block[4 * c + 4] = bxor(e, all, double(bxor(e, a)))
      end
    else
      for i = 1, 16 do block[i] = s[i] end
    end
    addKey(round)
  end
  return block
end

local function unhex(text)
  return (text:gsub("%x%x", function(pair) return string.char(tonumber(pair, 16)) end))
end

-- The text of a record without its tag: GCM is counter mode from 2 on.
local function open(key, sequence, text)
  key.words = key.words or expand(key.key)
  local nonce = { key.iv:byte(1, 12) }
  for i = 0, 3 do
    nonce[12 - i] = bxor(nonce[12 - i], band(rshift(sequence, 8 * i), 0xff))
  end
  local out = {}
  for at = 1, #text, 16 do
    local counter = 2 + (at - 1) / 16
    local block = { table.unpack(nonce) }
    for i = 0, 3 do block[16 - i] = band(rshift(counter, 8 * i), 0xff) end
    local stream = encrypt(key.words, block)
    for i = at, math.min(at + 15, #text) do
      out[i] = string.char(bxor(text:byte(i), stream[i - at + 1]))
    end
  end
  return table.concat(out)
end

-- Keys and connections ------------------------------------------------------------

local keys, connections = {}, {}

local function readKeys()
  keys = {}
  if chat1.prefs.keylog == "" then return end
  local file = io.open(chat1.prefs.keylog, "r")
  if file == nil then return end
  for line in file:lines() do
    local label, random, epoch, key, iv =
      line:match("^CHAT1_(%u+_%u+) (%x+) (%d+) (%x+) (%x+)$")
    if label and #random == 64 and #key == 64 and #iv == 24 then
      keys[label .. " " .. random .. " " .. epoch] = { key = unhex(key), iv = unhex(iv) }
    end
  end
  file:close()
end

function chat1.init()
  connections = {}
  readKeys()
end

local stream = Field.new("tcp.stream")

local function connectionOf(pinfo)
  local id = stream().value
  local found = connections[id]
  if found == nil then
    -- Whoever sends first is the client. What is known of a frame is kept, as
    -- frames are looked at again, in any order.
    found = { client = pinfo.src_port, up = {}, down = {}, seen = {} }
    for _, way in ipairs({ found.up, found.down }) do
      way.frames, way.sequence, way.epoch, way.phase = 0, 0, 0, "HANDSHAKE"
    end
    connections[id] = found
  end
  return found
end

local function keyOf(connection, isUp, record)
  if connection.random == nil then return nil end
  local who = isUp and "CLIENT_" or "SERVER_"
  return keys[who .. record.phase .. " " .. connection.random .. " " .. record.epoch]
end

-- What a frame is, decided the first time it is seen.
local function classify(connection, way, isUp, body)
  way.frames = way.frames + 1
  local first = body:range(0, 1):uint()
  if way.frames == 1 and not isUp and body:len() ~= ALERT then
    return { kind = "ServerHello" }
  elseif way.frames == 1 and isUp then
    connection.random = tostring(body:range(8, 32):bytes()):lower()
    return { kind = "ClientHello" }
  elseif body:len() == ALERT and first == 0x13 then
    return { kind = "Alert in clear" }
  end
  local record = { kind = "Record", sequence = way.sequence, epoch = way.epoch,
    phase = way.phase }
  way.sequence = way.sequence + 1
  if way.frames == 2 then
    record.kind = isUp and "ClientAuth, sealed" or "ServerAuth, sealed"
    way.sequence, way.phase = 0, "TRAFFIC"
  elseif way.frames == 3 and not isUp then
    record.kind = "READY, sealed"
  end
  local key = keyOf(connection, isUp, record)
  if key ~= nil then
    record.plain = open(key, record.sequence, body:raw(0, body:len() - TAG))
    local at, plain = 1, record.plain
    while at + 2 <= #plain and plain:byte(at) ~= 0 do
      if plain:byte(at) == 0x11 then way.epoch, way.sequence = way.epoch + 1, 0 end
      at = at + 3 + 256 * plain:byte(at + 1) + plain:byte(at + 2)
    end
  end
  return record
end

local function showHello(tree, body, isUp)
  tree:add(f.type, body:range(0, 1))
  tree:add(f.size, body:range(1, 2))
  if isUp then
    tree:add(f.magic, body:range(3, 4))
    tree:add(f.version, body:range(7, 1))
    tree:add(f.random, body:range(8, 32))
    tree:add(f.x25519, body:range(40, 32))
    tree:add(f.mlkem, body:range(72, 1184))
  else
    tree:add(f.random, body:range(3, 32))
    tree:add(f.x25519, body:range(35, 32))
    tree:add(f.ciphertext, body:range(67, 1088))
  end
end

local function showMessages(tree, plain)
  local buffer = ByteArray.new(plain, true):tvb("Opened record")
  local at, names = 0, {}
  while at + 3 <= buffer:len() and buffer:range(at, 1):uint() ~= 0 do
    local size = buffer:range(at + 1, 2):uint()
    if at + 3 + size > buffer:len() then break end
    local name = MESSAGES[buffer:range(at, 1):uint()] or "unknown"
    local message = tree:add(chat1, buffer:range(at, 3 + size), "Message: " .. name)
    message:add(f.type, buffer:range(at, 1))
    message:add(f.size, buffer:range(at + 1, 2))
    if size > 0 then message:add(f.payload, buffer:range(at + 3, size)) end
    table.insert(names, name)
    at = at + 3 + size
  end
  return table.concat(names, ", ")
end

local function dissectFrame(buffer, pinfo, root)
  local connection = connectionOf(pinfo)
  local isUp = pinfo.src_port == connection.client
  local way = isUp and connection.up or connection.down
  local body = buffer:range(HEADER):tvb()
  local id = pinfo.number .. " " .. buffer:offset()
  local record = connection.seen[id]
  if record == nil then
    record = classify(connection, way, isUp, body)
    connection.seen[id] = record
  end
  local tree = root:add(chat1, buffer:range())
  tree:add(f.length, buffer:range(0, HEADER))
  tree:add(f.kind, record.kind):set_generated()
  local summary = record.kind
  if record.kind == "ClientHello" or record.kind == "ServerHello" then
    showHello(tree, body, isUp)
  elseif record.kind == "Alert in clear" then
    tree:add(f.type, body:range(0, 1))
    tree:add(f.alert, body:range(3, 1))
  else
    local size = body:len() - TAG
    tree:add(f.sequence, record.sequence):set_generated()
    tree:add(f.epoch, record.epoch):set_generated()
    tree:add(f.padded, size):set_generated()
    tree:add(f.sealed, body:range(0, size))
    tree:add(f.tag, body:range(size, TAG))
    if record.plain ~= nil then
      summary = summary .. " (" .. showMessages(tree, record.plain) .. ")"
    end
  end
  tree:append_text(", " .. summary .. ", " .. body:len() .. " bytes")
  pinfo.cols.info:append((isUp and "  > " or "  < ") .. summary)
  return buffer:len()
end

local function frameLength(buffer, _, offset)
  return HEADER + buffer:range(offset, HEADER):uint()
end

function chat1.dissector(buffer, pinfo, root)
  if buffer:len() >= HEADER then
    local length = buffer:range(0, HEADER):uint()
    if length < ALERT or length > MAX_BODY then return 0 end
  end
  pinfo.cols.protocol = "chat/1"
  pinfo.cols.info:set("")
  dissect_tcp_pdus(buffer, root, HEADER, frameLength, dissectFrame)
  return buffer:len()
end

DissectorTable.get("tcp.port"):add(7878, chat1)

-- On other ports it is known by its first bytes: a length, a type, "chat".
chat1:register_heuristic("tcp", function(buffer, pinfo, root)
  if buffer:len() < 12 then return false end
  if buffer:range(4, 1):uint() ~= 0x01 then return false end
  if buffer:range(7, 4):string() ~= "chat" then return false end
  pinfo.conversation = chat1
  chat1.dissector(buffer, pinfo, root)
  return true
end)
