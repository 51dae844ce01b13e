(module
  (type (;0;) (func (param i32 i32 i32)))
  (type (;1;) (func (param i32 i32) (result i32)))
  (type (;2;) (func (param i32)))
  (type (;3;) (func (param i32 i64 i64) (result f64)))
  (import "env" "memory" (memory (;0;) 0 65536 shared))
  (import "env" "reserve" (func (;0;) (type 1)))
  (import "runtime" "i128_nearest_f64" (func (;1;) (type 3)))
  (func (;2;) (export "p0") (type 0) (param i32 i32 i32)
    (local i32 i32 i32 i32 i32 i32 v128 v128 v128 v128 v128 i32 i32 v128 v128 v128 v128 v128 i64 i32 i32 i32 i32 i32 i32 i32 i32 i32 v128 v128 v128 v128 v128 v128 v128 v128 i64)
    (local.set 4
      (i32.load align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 5
      (i32.load offset=16 align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 6
      (i32.add
        (local.get 0)
        (i32.const 64)))
    (if  ;; label = @1
      (i32.eqz
        (local.tee 7
          (i32.load offset=24 align=1
            (local.get 6))))
      (then
        (if  ;; label = @2
          (i32.eqz
            (local.tee 7
              (call 0
                (local.get 0)
                (i32.const 5904))))
          (then
            (i32.store align=1
              (local.get 0)
              (i32.const 5))
            (i32.store offset=4 align=1
              (local.get 0)
              (i32.const 0))
            (unreachable)))
        (memory.fill
          (i32.add
            (local.get 7)
            (i32.const 0))
          (i32.const 0)
          (i32.const 5904))
        (i32.store offset=24 align=1
          (local.get 6)
          (local.get 7))
        (i32.store offset=28 align=1
          (local.get 6)
          (i32.add
            (local.get 7)
            (i32.const 5664)))))
    (local.set 8
      (i32.add
        (local.get 7)
        (i32.const 5664)))
    (local.set 9
      (i64x2.splat
        (i64.const 32)))
    (local.set 10
      (i64x2.splat
        (i64.const 1)))
    (local.set 11
      (v128.const i32x4 0x000000e8 0x000000e9 0x000000ea 0x000000eb))
    (local.set 12
      (i32x4.splat
        (i32.const 24)))
    (local.set 13
      (i32x4.splat
        (local.get 7)))
    (local.set 3
      (local.get 1))
    (block  ;; label = @1
      (loop  ;; label = @2
        (local.set 15
          (i32.const 0))
        (block  ;; label = @3
          (br_if 0 (;@3;)
            (i32.lt_u
              (i32.sub
                (local.get 2)
                (local.get 3))
              (i32.const 8)))
          (local.set 14
            (local.get 2))
          (local.set 14
            (i32.add
              (i32.and
                (i32.sub
                  (local.get 14)
                  (local.get 3))
                (i32.const -8))
              (local.get 3)))
          (br_if 0 (;@3;)
            (i32.ge_u
              (local.get 3)
              (local.get 14)))
          (loop  ;; label = @4
            (local.set 16
              (v128.load8x8_u align=1
                (i32.add
                  (local.get 4)
                  (local.get 3))))
            (local.set 17
              (i32x4.extend_low_i16x8_u
                (local.get 16)))
            (local.set 18
              (i32x4.extend_high_i16x8_u
                (local.get 16)))
            (local.set 19
              (i32x4.add
                (i32x4.mul
                  (local.get 17)
                  (local.get 12))
                (local.get 13)))
            (local.set 20
              (i32x4.add
                (i32x4.mul
                  (local.get 18)
                  (local.get 12))
                (local.get 13)))
            (local.set 22
              (i32.wrap_i64
                (local.tee 21
                  (i64x2.extract_lane 0
                    (local.get 19)))))
            (local.set 23
              (i32.wrap_i64
                (i64.shr_u
                  (local.get 21)
                  (i64.const 32))))
            (local.set 24
              (i32.wrap_i64
                (local.tee 21
                  (i64x2.extract_lane 1
                    (local.get 19)))))
            (local.set 25
              (i32.wrap_i64
                (i64.shr_u
                  (local.get 21)
                  (i64.const 32))))
            (local.set 26
              (i32.wrap_i64
                (local.tee 21
                  (i64x2.extract_lane 0
                    (local.get 20)))))
            (local.set 27
              (i32.wrap_i64
                (i64.shr_u
                  (local.get 21)
                  (i64.const 32))))
            (local.set 28
              (i32.wrap_i64
                (local.tee 21
                  (i64x2.extract_lane 1
                    (local.get 20)))))
            (local.set 29
              (i32.wrap_i64
                (i64.shr_u
                  (local.get 21)
                  (i64.const 32))))
            (local.set 30
              (i32.add
                (local.get 5)
                (i32.shl
                  (local.get 3)
                  (i32.const 3))))
            (local.set 20
              (v128.load align=1
                (local.get 30)))
            (local.set 19
              (v128.load offset=16 align=1
                (local.get 30)))
            (local.set 31
              (v128.load offset=32 align=1
                (local.get 30)))
            (local.set 32
              (v128.load offset=48 align=1
                (local.get 30)))
            (local.set 33
              (i8x16.shuffle 4 5 6 7 12 13 14 15 20 21 22 23 28 29 30 31
                (local.get 20)
                (local.get 19)))
            (local.set 34
              (i8x16.shuffle 4 5 6 7 12 13 14 15 20 21 22 23 28 29 30 31
                (local.get 31)
                (local.get 32)))
            (local.set 35
              (i64x2.extend_low_i32x4_s
                (local.get 33)))
            (local.set 36
              (i64x2.extend_high_i32x4_s
                (local.get 33)))
            (local.set 37
              (i64x2.extend_low_i32x4_s
                (local.get 34)))
            (local.set 38
              (i64x2.extend_high_i32x4_s
                (local.get 34)))
            (v128.store align=1
              (local.get 22)
              (i64x2.add
                (v128.load align=1
                  (local.get 22))
                (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                  (local.get 20)
                  (local.get 35))))
            (v128.store align=1
              (local.get 23)
              (i64x2.add
                (v128.load align=1
                  (local.get 23))
                (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
                  (local.get 20)
                  (local.get 35))))
            (v128.store align=1
              (local.get 24)
              (i64x2.add
                (v128.load align=1
                  (local.get 24))
                (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                  (local.get 19)
                  (local.get 36))))
            (v128.store align=1
              (local.get 25)
              (i64x2.add
                (v128.load align=1
                  (local.get 25))
                (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
                  (local.get 19)
                  (local.get 36))))
            (v128.store align=1
              (local.get 26)
              (i64x2.add
                (v128.load align=1
                  (local.get 26))
                (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                  (local.get 31)
                  (local.get 37))))
            (v128.store align=1
              (local.get 27)
              (i64x2.add
                (v128.load align=1
                  (local.get 27))
                (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
                  (local.get 31)
                  (local.get 37))))
            (v128.store align=1
              (local.get 28)
              (i64x2.add
                (v128.load align=1
                  (local.get 28))
                (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                  (local.get 32)
                  (local.get 38))))
            (v128.store align=1
              (local.get 29)
              (i64x2.add
                (v128.load align=1
                  (local.get 29))
                (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
                  (local.get 32)
                  (local.get 38))))
            (local.set 21
              (i64x2.extract_lane 0
                (local.get 10)))
            (local.set 39
              (i64.add
                (i64.load offset=16 align=1
                  (local.get 22))
                (local.get 21)))
            (i64.store offset=16 align=1
              (local.get 22)
              (local.get 39))
            (local.set 21
              (i64x2.extract_lane 1
                (local.get 10)))
            (local.set 39
              (i64.add
                (i64.load offset=16 align=1
                  (local.get 23))
                (local.get 21)))
            (i64.store offset=16 align=1
              (local.get 23)
              (local.get 39))
            (local.set 21
              (i64x2.extract_lane 0
                (local.get 10)))
            (local.set 39
              (i64.add
                (i64.load offset=16 align=1
                  (local.get 24))
                (local.get 21)))
            (i64.store offset=16 align=1
              (local.get 24)
              (local.get 39))
            (local.set 21
              (i64x2.extract_lane 1
                (local.get 10)))
            (local.set 39
              (i64.add
                (i64.load offset=16 align=1
                  (local.get 25))
                (local.get 21)))
            (i64.store offset=16 align=1
              (local.get 25)
              (local.get 39))
            (local.set 21
              (i64x2.extract_lane 0
                (local.get 10)))
            (local.set 39
              (i64.add
                (i64.load offset=16 align=1
                  (local.get 26))
                (local.get 21)))
            (i64.store offset=16 align=1
              (local.get 26)
              (local.get 39))
            (local.set 21
              (i64x2.extract_lane 1
                (local.get 10)))
            (local.set 39
              (i64.add
                (i64.load offset=16 align=1
                  (local.get 27))
                (local.get 21)))
            (i64.store offset=16 align=1
              (local.get 27)
              (local.get 39))
            (local.set 21
              (i64x2.extract_lane 0
                (local.get 10)))
            (local.set 39
              (i64.add
                (i64.load offset=16 align=1
                  (local.get 28))
                (local.get 21)))
            (i64.store offset=16 align=1
              (local.get 28)
              (local.get 39))
            (local.set 21
              (i64x2.extract_lane 1
                (local.get 10)))
            (local.set 39
              (i64.add
                (i64.load offset=16 align=1
                  (local.get 29))
                (local.get 21)))
            (i64.store offset=16 align=1
              (local.get 29)
              (local.get 39))
            (br_if 0 (;@4;)
              (i32.lt_u
                (local.tee 3
                  (i32.add
                    (local.get 3)
                    (i32.const 8)))
                (local.get 14))))
          (local.set 15
            (i32.const 1)))
        (br_if 1 (;@1;)
          (i32.ge_u
            (local.get 3)
            (local.get 2)))
        (br_if 0 (;@2;)
          (local.get 15))
        (local.set 29
          (i32.load8_u
            (i32.add
              (local.get 4)
              (local.get 3))))
        (local.set 28
          (local.get 29))
        (local.set 28
          (i32.add
            (i32.mul
              (local.get 28)
              (i32.const 24))
            (local.get 7)))
        (v128.store align=1
          (local.get 28)
          (i64x2.add
            (i64x2.replace_lane 0
              (i64x2.splat
                (i64.shr_s
                  (i64.load align=1
                    (i32.add
                      (local.get 5)
                      (i32.shl
                        (local.get 3)
                        (i32.const 3))))
                  (i64.const 32)))
              (i64.load align=1
                (i32.add
                  (local.get 5)
                  (i32.shl
                    (local.get 3)
                    (i32.const 3)))))
            (v128.load align=1
              (local.get 28))))
        (local.set 21
          (i64.add
            (i64.load offset=16 align=1
              (local.get 28))
            (i64.const 1)))
        (i64.store offset=16 align=1
          (local.get 28)
          (local.get 21))
        (local.set 3
          (i32.add
            (local.get 3)
            (i32.const 1)))
        (br 0 (;@2;)))))
  (func (;3;) (export "f0") (type 2) (param i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i64 i32 i64 v128)
    (local.set 9
      (i32.load offset=4 align=1
        (local.tee 7
          (i32.load offset=28 align=1
            (local.get 0)))))
    (local.set 8
      (i32.const 0))
    (block  ;; label = @1
      (loop  ;; label = @2
        (br_if 1 (;@1;)
          (i32.ge_u
            (local.get 8)
            (local.get 9)))
        (if  ;; label = @3
          (i32.load offset=24 align=1
            (local.tee 10
              (i32.add
                (i32.load align=1
                  (i32.add
                    (i32.load offset=8 align=1
                      (local.get 7))
                    (i32.shl
                      (local.get 8)
                      (i32.const 2))))
                (i32.const 64))))
          (then
            (local.set 13
              (i32.load offset=24 align=1
                (local.get 10)))
            (local.set 12
              (i32.add
                (local.tee 11
                  (i32.load offset=28 align=1
                    (local.get 10)))
                (i32.const 229)))
            (block  ;; label = @4
              (loop  ;; label = @5
                (br_if 1 (;@4;)
                  (i32.ge_u
                    (local.get 11)
                    (local.get 12)))
                (i32.store8
                  (local.get 11)
                  (i64.ne
                    (i64.load offset=16 align=1
                      (local.get 13))
                    (i64.const 0)))
                (local.set 13
                  (i32.add
                    (local.get 13)
                    (i32.const 24)))
                (local.set 11
                  (i32.add
                    (local.get 11)
                    (i32.const 1)))
                (br 0 (;@5;))))))
        (local.set 8
          (i32.add
            (local.get 8)
            (i32.const 1)))
        (br 0 (;@2;))))
    (local.set 1
      (i32.const 0))
    (local.set 2
      (i32.const 0))
    (local.set 11
      (i32.load offset=4 align=1
        (local.tee 13
          (i32.load offset=28 align=1
            (local.get 0)))))
    (local.set 12
      (i32.const 0))
    (block  ;; label = @1
      (loop  ;; label = @2
        (br_if 1 (;@1;)
          (i32.ge_u
            (local.get 12)
            (local.get 11)))
        (if  ;; label = @3
          (i32.load offset=24 align=1
            (local.tee 14
              (i32.add
                (i32.load align=1
                  (i32.add
                    (i32.load offset=8 align=1
                      (local.get 13))
                    (i32.shl
                      (local.get 12)
                      (i32.const 2))))
                (i32.const 64))))
          (then
            (if  ;; label = @4
              (i32.eqz
                (local.get 1))
              (then
                (local.set 1
                  (i32.load offset=24 align=1
                    (local.get 14)))
                (local.set 2
                  (i32.load offset=28 align=1
                    (local.get 14)))))))
        (local.set 12
          (i32.add
            (local.get 12)
            (i32.const 1)))
        (br 0 (;@2;))))
    (i32.store offset=80 align=1
      (i32.load offset=28 align=1
        (local.get 0))
      (local.get 1))
    (i32.store offset=84 align=1
      (i32.load offset=28 align=1
        (local.get 0))
      (local.get 2))
    (if  ;; label = @1
      (i32.eqz
        (local.tee 6
          (call 0
            (local.get 0)
            (i32.const 932))))
      (then
        (i32.store align=1
          (local.get 0)
          (i32.const 5))
        (i32.store offset=4 align=1
          (local.get 0)
          (i32.const 0))
        (unreachable)))
    (local.set 5
      (i32.add
        (local.get 6)
        (i32.const 16)))
    (local.set 3
      (i32.const 0))
    (if  ;; label = @1
      (local.get 1)
      (then
        (local.set 4
          (i32.const 232))
        (local.set 21
          (i32.load offset=4 align=1
            (local.tee 19
              (i32.load offset=28 align=1
                (local.get 0)))))
        (local.set 20
          (i32.const 0))
        (block  ;; label = @2
          (loop  ;; label = @3
            (br_if 1 (;@2;)
              (i32.ge_u
                (local.get 20)
                (local.get 21)))
            (if  ;; label = @4
              (i32.load offset=24 align=1
                (local.tee 22
                  (i32.add
                    (i32.load align=1
                      (i32.add
                        (i32.load offset=8 align=1
                          (local.get 19))
                        (i32.shl
                          (local.get 20)
                          (i32.const 2))))
                    (i32.const 64))))
              (then
                (if  ;; label = @5
                  (i32.ne
                    (i32.load offset=24 align=1
                      (local.get 22))
                    (local.get 1))
                  (then
                    (local.set 15
                      (i32.load offset=28 align=1
                        (local.get 22)))
                    (local.set 16
                      (local.get 3))
                    (block  ;; label = @6
                      (loop  ;; label = @7
                        (br_if 1 (;@6;)
                          (i32.ge_u
                            (local.get 16)
                            (local.get 4)))
                        (local.set 23
                          (i32.add
                            (local.get 16)
                            (i32.const 8)))
                        (if  ;; label = @8
                          (if (result i32)  ;; label = @9
                            (i64.eqz
                              (local.tee 24
                                (i64.load align=1
                                  (i32.add
                                    (local.get 15)
                                    (local.get 16)))))
                            (then
                              (i32.const 1))
                            (else
                              (if (result i32)  ;; label = @10
                                (i64.eqz
                                  (i64.load align=1
                                    (i32.add
                                      (local.get 2)
                                      (local.get 16))))
                                (then
                                  (i64.store align=1
                                    (i32.add
                                      (local.get 2)
                                      (local.get 16))
                                    (local.get 24))
                                  (local.set 17
                                    (i32.add
                                      (i32.mul
                                        (local.get 16)
                                        (i32.const 24))
                                      (local.get 1)))
                                  (local.get 16)
                                  (local.set 18
                                    (i32.load offset=24 align=1
                                      (local.get 22)))
                                  (i32.const 24)
                                  (local.set 18
                                    (i32.add
                                      (i32.mul)
                                      (local.get 18)))
                                  (local.set 25
                                    (i32.add
                                      (local.get 17)
                                      (i32.const 128)))
                                  (loop  ;; label = @11
                                    (v128.store align=1
                                      (local.get 17)
                                      (v128.load align=1
                                        (local.get 18)))
                                    (v128.store offset=16 align=1
                                      (local.get 17)
                                      (v128.load offset=16 align=1
                                        (local.get 18)))
                                    (v128.store offset=32 align=1
                                      (local.get 17)
                                      (v128.load offset=32 align=1
                                        (local.get 18)))
                                    (v128.store offset=48 align=1
                                      (local.get 17)
                                      (v128.load offset=48 align=1
                                        (local.get 18)))
                                    (v128.store offset=64 align=1
                                      (local.get 17)
                                      (v128.load offset=64 align=1
                                        (local.get 18)))
                                    (v128.store offset=80 align=1
                                      (local.get 17)
                                      (v128.load offset=80 align=1
                                        (local.get 18)))
                                    (v128.store offset=96 align=1
                                      (local.get 17)
                                      (v128.load offset=96 align=1
                                        (local.get 18)))
                                    (v128.store offset=112 align=1
                                      (local.get 17)
                                      (v128.load offset=112 align=1
                                        (local.get 18)))
                                    (local.set 18
                                      (i32.add
                                        (local.get 18)
                                        (i32.const 128)))
                                    (br_if 0 (;@11;)
                                      (i32.lt_u
                                        (local.tee 17
                                          (i32.add
                                            (local.get 17)
                                            (i32.const 128)))
                                        (local.get 25))))
                                  (v128.store align=1
                                    (local.get 17)
                                    (v128.load align=1
                                      (local.get 18)))
                                  (v128.store offset=16 align=1
                                    (local.get 17)
                                    (v128.load offset=16 align=1
                                      (local.get 18)))
                                  (v128.store offset=32 align=1
                                    (local.get 17)
                                    (v128.load offset=32 align=1
                                      (local.get 18)))
                                  (v128.store offset=48 align=1
                                    (local.get 17)
                                    (v128.load offset=48 align=1
                                      (local.get 18)))
                                  (i32.const 1))
                                (else
                                  (i32.const 0)))))
                          (then
                            (local.set 16
                              (local.get 23))
                            (br 1 (;@7;))))
                        (loop  ;; label = @8
                          (if  ;; label = @9
                            (i32.load8_u
                              (i32.add
                                (local.get 15)
                                (local.get 16)))
                            (then
                              (i32.store8
                                (i32.add
                                  (local.get 2)
                                  (local.get 16))
                                (i32.const 1))
                              (local.set 17
                                (i32.add
                                  (i32.mul
                                    (local.get 16)
                                    (i32.const 24))
                                  (local.get 1)))
                              (local.set 18
                                (i32.add
                                  (i32.sub
                                    (local.get 17)
                                    (local.get 1))
                                  (i32.load offset=24 align=1
                                    (local.get 22))))
                              (local.set 26
                                (i64.add
                                  (i64.load align=1
                                    (local.get 17))
                                  (i64.load align=1
                                    (local.get 18))))
                              (i64.store align=1
                                (local.get 17)
                                (local.get 26))
                              (local.set 26
                                (i64.add
                                  (i64.load offset=8 align=1
                                    (local.get 17))
                                  (i64.load offset=8 align=1
                                    (local.get 18))))
                              (i64.store offset=8 align=1
                                (local.get 17)
                                (local.get 26))
                              (local.set 26
                                (i64.add
                                  (i64.load offset=16 align=1
                                    (local.get 17))
                                  (i64.load offset=16 align=1
                                    (local.get 18))))
                              (i64.store offset=16 align=1
                                (local.get 17)
                                (local.get 26))))
                          (br_if 0 (;@8;)
                            (i32.lt_u
                              (local.tee 16
                                (i32.add
                                  (local.get 16)
                                  (i32.const 1)))
                              (local.get 23))))
                        (br 0 (;@7;))))))))
            (local.set 20
              (i32.add
                (local.get 20)
                (i32.const 1)))
            (br 0 (;@3;))))
        (local.set 18
          (local.get 3))
        (block  ;; label = @2
          (loop  ;; label = @3
            (br_if 1 (;@2;)
              (i32.ge_u
                (local.get 18)
                (local.get 4)))
            (local.set 16
              (i32.add
                (local.get 18)
                (i32.const 8)))
            (if  ;; label = @4
              (if (result i32)  ;; label = @5
                (i64.eqz
                  (local.tee 24
                    (i64.load align=1
                      (i32.add
                        (local.get 2)
                        (local.get 18)))))
                (then
                  (i32.const 1))
                (else
                  (if (result i32)  ;; label = @6
                    (i64.eq
                      (local.get 24)
                      (i64.const 72340172838076673))
                    (then
                      (local.set 17
                        (i32.add
                          (i32.mul
                            (local.get 18)
                            (i32.const 24))
                          (local.get 1)))
                      (local.set 27
                        (i32x4.splat
                          (local.get 17)))
                      (v128.store align=1
                        (local.get 5)
                        (i32x4.add
                          (local.get 27)
                          (v128.const i32x4 0x00000000 0x00000018 0x00000030 0x00000048)))
                      (v128.store offset=16 align=1
                        (local.get 5)
                        (i32x4.add
                          (local.get 27)
                          (v128.const i32x4 0x00000060 0x00000078 0x00000090 0x000000a8)))
                      (local.set 5
                        (i32.add
                          (local.get 5)
                          (i32.const 32)))
                      (i32.const 1))
                    (else
                      (i32.const 0)))))
              (then
                (local.set 18
                  (local.get 16))
                (br 1 (;@3;))))
            (loop  ;; label = @4
              (if  ;; label = @5
                (i32.load8_u
                  (i32.add
                    (local.get 2)
                    (local.get 18)))
                (then
                  (local.set 17
                    (i32.add
                      (i32.mul
                        (local.get 18)
                        (i32.const 24))
                      (local.get 1)))
                  (i32.store align=1
                    (local.get 5)
                    (local.get 17))
                  (local.set 5
                    (i32.add
                      (local.get 5)
                      (i32.const 4)))))
              (br_if 0 (;@4;)
                (i32.lt_u
                  (local.tee 18
                    (i32.add
                      (local.get 18)
                      (i32.const 1)))
                  (local.get 16))))
            (br 0 (;@3;))))))
    (local.set 17
      (i32.add
        (i32.load offset=28 align=1
          (local.get 0))
        (i32.const 64)))
    (local.set 18
      (i32.shr_u
        (i32.sub
          (i32.sub
            (local.get 5)
            (local.get 6))
          (i32.const 16))
        (i32.const 2)))
    (i32.store align=1
      (local.get 6)
      (local.get 18))
    (i32.store offset=4 align=1
      (local.get 6)
      (i32.const 0))
    (i32.store offset=8 align=1
      (local.get 6)
      (i32.add
        (local.get 6)
        (i32.const 16)))
    (i32.store offset=12 align=1
      (local.get 6)
      (i32.const 0))
    (i32.store align=1
      (local.get 17)
      (local.get 18))
    (i32.store offset=4 align=1
      (local.get 17)
      (i32.const 1))
    (i32.store offset=8 align=1
      (local.get 17)
      (local.get 6)))
  (func (;4;) (export "p1") (type 0) (param i32 i32 i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i64 i64 i64 i64 i64 i32 f64)
    (local.set 5
      (i32.load offset=80 align=1
        (i32.load offset=28 align=1
          (local.get 0))))
    (local.set 6
      (i32.add
        (local.get 0)
        (i32.const 160)))
    (local.set 9
      (i32.load offset=8 align=1
        (local.get 6)))
    (local.set 8
      (i32.const 2048))
    (if  ;; label = @1
      (local.tee 7
        (i32.load offset=16 align=1
          (local.get 6)))
      (then
        (if  ;; label = @2
          (i32.eq
            (i32.load offset=8 align=1
              (local.get 7))
            (i32.add
              (i32.load offset=20 align=1
                (local.get 0))
              (local.get 1)))
          (then
            (local.set 8
              (i32.load offset=4 align=1
                (local.get 7)))))))
    (local.set 10
      (local.get 1))
    (block  ;; label = @1
      (loop  ;; label = @2
        (br_if 1 (;@1;)
          (i32.ge_u
            (local.get 10)
            (local.get 2)))
        (local.set 11
          (select
            (local.tee 11
              (i32.add
                (local.get 10)
                (i32.const 1024)))
            (local.get 2)
            (i32.lt_u
              (local.get 11)
              (local.get 2))))
        (local.set 3
          (local.get 10))
        (loop  ;; label = @3
          (local.set 4
            (i32.load align=1
              (i32.add
                (i32.load offset=16 align=1
                  (local.get 0))
                (i32.shl
                  (local.get 3)
                  (i32.const 2)))))
          (local.set 12
            (i64.shr_s
              (i64.add
                (i64.load offset=8 align=1
                  (local.get 4))
                (i64.shr_u
                  (i64.sub
                    (i64.load align=1
                      (local.get 4))
                    (i64.shl
                      (i64.load offset=8 align=1
                        (local.get 4))
                      (i64.const 32)))
                  (i64.const 32)))
              (i64.const 32)))
          (i64.const 0)
          (local.set 13
            (local.get 12))
          (local.set 12)
          (i64.load align=1
            (local.get 4))
          (local.set 15
            (i64.const 0))
          (local.set 14)
          (local.tee 16
            (i64.add
              (local.get 12)
              (local.get 14)))
          (local.set 12
            (i64.add
              (i64.add
                (local.get 13)
                (local.get 15))
              (i64.extend_i32_u
                (i64.lt_u
                  (local.get 16)
                  (local.get 12)))))
          (local.set 13)
          (if  ;; label = @4
            (i32.eq
              (local.get 8)
              (i32.const 2048))
            (then
              (if  ;; label = @5
                (i32.eqz
                  (local.tee 7
                    (call 0
                      (local.get 0)
                      (i32.const 57360))))
                (then
                  (i32.store align=1
                    (local.get 0)
                    (i32.const 5))
                  (i32.store offset=4 align=1
                    (local.get 0)
                    (i32.const 0))
                  (unreachable)))
              (memory.fill
                (local.get 7)
                (i32.const 0)
                (i32.const 16))
              (i32.store offset=8 align=1
                (local.get 7)
                (i32.add
                  (i32.load offset=20 align=1
                    (local.get 0))
                  (local.get 1)))
              (if  ;; label = @5
                (i32.load offset=12 align=1
                  (local.get 6))
                (then
                  (i32.store align=1
                    (i32.load offset=16 align=1
                      (local.get 6))
                    (local.get 7)))
                (else
                  (i32.store offset=12 align=1
                    (local.get 6)
                    (local.get 7))))
              (i32.store offset=16 align=1
                (local.get 6)
                (local.get 7))
              (local.set 8
                (i32.const 0))))
          (local.set 17
            (i32.div_u
              (i32.sub
                (local.get 4)
                (local.get 5))
              (i32.const 24)))
          (local.get 13)
          (local.set 14
            (local.get 12))
          (local.set 15)
          (local.set 18
            (f64.div
              (call 1
                (local.get 0)
                (local.get 13)
                (local.get 12))
              (f64.convert_i64_s
                (i64.load offset=16 align=1
                  (local.get 4)))))
          (i32.store offset=16 align=1
            (i32.add
              (local.get 7)
              (i32.mul
                (local.get 8)
                (i32.const 4)))
            (local.get 17))
          (i64.store offset=8208 align=1
            (i32.add
              (local.get 7)
              (i32.mul
                (local.get 8)
                (i32.const 16)))
            (local.get 15))
          (i64.store offset=8216 align=1
            (i32.add
              (local.get 7)
              (i32.mul
                (local.get 8)
                (i32.const 16)))
            (local.get 14))
          (f64.store offset=40976 align=1
            (i32.add
              (local.get 7)
              (i32.mul
                (local.get 8)
                (i32.const 8)))
            (local.get 18))
          (local.set 8
            (i32.add
              (local.get 8)
              (i32.const 1)))
          (i32.store offset=4 align=1
            (local.get 7)
            (local.get 8))
          (i32.store offset=8 align=1
            (local.get 6)
            (i32.add
              (i32.load offset=8 align=1
                (local.get 6))
              (i32.const 1)))
          (br_if 0 (;@3;)
            (i32.lt_u
              (local.tee 3
                (i32.add
                  (local.get 3)
                  (i32.const 1)))
              (local.get 11))))
        (local.set 10
          (local.get 11))
        (br 0 (;@2;))))))
