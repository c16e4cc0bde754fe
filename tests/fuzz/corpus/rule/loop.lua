rule "r" { check = function() while true do end end }
