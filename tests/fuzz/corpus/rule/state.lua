local n = 0
local T = { f = function() n = n + 1 return n end }
rule "r" { check = function() return T.f() end }
